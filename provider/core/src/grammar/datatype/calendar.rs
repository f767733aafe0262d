//! `dateTime`: year, month, day, time and an optional zone, each within its range. Knows nothing but the calendar.

/// Whether the text is `[-]YYYY-MM-DDThh:mm:ss[.fraction][zone]`.
pub fn is_date_time(text: &str) -> bool {
    text.split_once('T').is_some_and(|(date, time)| is_date(date) && is_time(time))
}

fn is_date(text: &str) -> bool {
    let before_christ = text.starts_with('-');
    let mut parts = text.strip_prefix('-').unwrap_or(text).split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let (Some(number), Some(month), Some(day)) = (digits(year), two(month), two(day)) else { return false };
    // There is no year 0, and years of more than four digits have no leading zeros.
    if year.len() < 4 || (year.len() > 4 && year.starts_with('0')) || number == 0 {
        return false;
    }
    let year = if before_christ { number - 1 } else { number };
    (1..=12).contains(&month) && (1..=days(year, month)).contains(&day)
}

fn days(year: u64, month: u64) -> u64 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_time(text: &str) -> bool {
    let (time, zone) = match text.find(['Z', '+', '-']) {
        Some(position) => text.split_at(position),
        None => (text, ""),
    };
    let (time, fraction) = time.split_once('.').map_or((time, None), |(time, fraction)| (time, Some(fraction)));
    let mut parts = time.split(':').map(two);
    let (Some(Some(hour)), Some(Some(minute)), Some(Some(second)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let midnight = hour == 24 && minute == 0 && second == 0;
    let fraction_is_zero = fraction.is_none_or(|fraction| fraction.bytes().all(|byte| byte == b'0'));
    fraction.is_none_or(|fraction| digits(fraction).is_some())
        && (hour < 24 && minute < 60 && second < 60 || midnight && fraction_is_zero)
        && is_zone(zone)
}

/// Nothing, `Z`, or up to 14 hours east or west.
fn is_zone(text: &str) -> bool {
    if matches!(text, "" | "Z") {
        return true;
    }
    let parts = text.get(1..).and_then(|text| text.split_once(':'));
    match parts.map(|(hours, minutes)| (two(hours), two(minutes))) {
        Some((Some(hours), Some(minutes))) => hours < 14 && minutes < 60 || hours == 14 && minutes == 0,
        _ => false,
    }
}

fn two(text: &str) -> Option<u64> {
    if text.len() == 2 { digits(text) } else { None }
}

/// A number of digits alone; one too long to hold is as good as the greatest.
fn digits(text: &str) -> Option<u64> {
    let valid = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| text.parse().unwrap_or(u64::MAX))
}

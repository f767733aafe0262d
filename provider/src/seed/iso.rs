//! An ISO 9660 image with Joliet and Rock Ridge, in memory: ECMA-119, the Joliet specification, SUSP 1.12 and RRIP 1.09.
//! Knows these formats; must not know what the files are for. The same files make the same bytes: there is no clock and
//! no chance in it.

use super::image::{Folder, Image};

/// What an image is addressed in.
const SECTOR: usize = 2048;
/// Sectors that ECMA-119 leaves to the system.
const SYSTEM: usize = 16;
/// 1980-01-01 00:00:00 UTC: as early as vfat can say it too.
const DATE: [u8; 7] = [80, 1, 1, 0, 0, 0, 0];
/// The same, as volume descriptors have it.
const LONG_DATE: &[u8; 17] = b"1980010100000000\0";
/// A date that is not given.
const NO_DATE: &[u8; 17] = b"0000000000000000\0";

/// One of the two directory trees of an image.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tree {
    /// Short names, and the real ones as Rock Ridge.
    Primary,
    /// The real names in UCS-2.
    Joliet,
}

/// Where everything is, in sectors.
struct Layout {
    /// The path tables: primary little-endian and big-endian, then those of Joliet.
    tables: [usize; 4],
    /// The continuation of the root's own record.
    continuation: usize,
    /// The folders of a tree, the root first.
    folders: [Vec<Extent>; 2],
    /// The files of each folder.
    files: Vec<Vec<Extent>>,
    /// All sectors.
    end: usize,
}

/// A run of sectors, and how many bytes in it count.
#[derive(Clone, Copy, Default)]
struct Extent {
    start: usize,
    size: usize,
}

/// The image as bytes.
pub(super) fn write(image: &Image) -> Vec<u8> {
    let layout = Layout::of(image);
    let mut bytes = vec![0; layout.end * SECTOR];
    let mut put = |sector: usize, content: &[u8]| {
        let start = sector * SECTOR;
        bytes[start..start + content.len()].copy_from_slice(content);
    };
    put(SYSTEM, &descriptor(image, &layout, Tree::Primary));
    put(SYSTEM + 1, &descriptor(image, &layout, Tree::Joliet));
    put(SYSTEM + 2, b"\xffCD001\x01");
    put(layout.continuation, &rock_ridge_reference());
    for tree in [Tree::Primary, Tree::Joliet] {
        let first = 2 * tree.index();
        put(layout.tables[first], &path_table(image, &layout, tree, Endian::Little));
        put(layout.tables[first + 1], &path_table(image, &layout, tree, Endian::Big));
        for (at, folder) in image.folders.iter().enumerate() {
            put(layout.folders[tree.index()][at].start, &directory(image, &layout, tree, at, folder));
        }
    }
    for (folder, extents) in image.folders.iter().zip(&layout.files) {
        for (file, extent) in folder.files.iter().zip(extents) {
            put(extent.start, &file.content);
        }
    }
    bytes
}

impl Tree {
    fn index(self) -> usize {
        match self {
            Tree::Primary => 0,
            Tree::Joliet => 1,
        }
    }

    /// The name of a file or a folder as this tree has it.
    fn name(self, name: &str, is_folder: bool) -> Vec<u8> {
        match self {
            Tree::Primary if is_folder => short(name).0.into_bytes(),
            Tree::Primary => {
                let (base, extension) = short(name);
                format!("{base}.{extension};1").into_bytes()
            }
            // Without a version, as all writers have it, whatever the specification says.
            Tree::Joliet => wide(name),
        }
    }
}

impl Layout {
    fn of(image: &Image) -> Layout {
        let mut next = SYSTEM + 3;
        let mut take = |size: usize| {
            let extent = Extent { start: next, size };
            next += size.div_ceil(SECTOR).max(1);
            extent
        };
        let tables = [0; 4].map(|_| take(SECTOR).start);
        let continuation = take(SECTOR).start;
        let none = Layout {
            tables,
            continuation,
            folders: [(); 2].map(|()| vec![Extent::default(); image.folders.len()]),
            files: image.folders.iter().map(|folder| vec![Extent::default(); folder.files.len()]).collect(),
            end: 0,
        };
        let folders = [Tree::Primary, Tree::Joliet].map(|tree| {
            let sizes = image.folders.iter().enumerate();
            sizes.map(|(at, folder)| take(directory(image, &none, tree, at, folder).len())).collect()
        });
        let files = image.folders.iter();
        let files = files.map(|folder| folder.files.iter().map(|file| take(file.content.len())).collect()).collect();
        Layout { folders, files, end: next, ..none }
    }
}

/// A volume descriptor. (ECMA-119, 8.4 and 8.5)
fn descriptor(image: &Image, layout: &Layout, tree: Tree) -> Vec<u8> {
    let text = |text: &str, length: usize| match tree {
        Tree::Primary => padded(text.as_bytes().to_vec(), length, b" "),
        Tree::Joliet => padded(wide(text), length, b"\0 "),
    };
    let mut out = Vec::with_capacity(SECTOR);
    out.push(if tree == Tree::Primary { 1 } else { 2 });
    out.extend(b"CD001\x01\0");
    out.extend(text("", 32));
    out.extend(text(image.label, 32));
    out.extend([0; 8]);
    out.extend(both32(layout.end));
    // UCS-2, level 3.
    out.extend(padded(if tree == Tree::Joliet { b"%/E".to_vec() } else { Vec::new() }, 32, b"\0"));
    out.extend([both16(1), both16(1), both16(SECTOR)].concat());
    out.extend(both32(path_table(image, layout, tree, Endian::Little).len()));
    let first = 2 * tree.index();
    out.extend([Endian::Little.four(layout.tables[first]), [0; 4]].concat());
    out.extend([Endian::Big.four(layout.tables[first + 1]), [0; 4]].concat());
    out.extend(record(&[0], layout.folders[tree.index()][0], true, &[]));
    for length in [128, 128, 128, 128, 37, 37, 37] {
        out.extend(text("", length));
    }
    for date in [LONG_DATE, LONG_DATE, NO_DATE, LONG_DATE] {
        out.extend(date);
    }
    out.extend([1, 0]);
    padded(out, SECTOR, b"\0")
}

/// The folders of a tree, the root first. (ECMA-119, 9.4)
fn path_table(image: &Image, layout: &Layout, tree: Tree, endian: Endian) -> Vec<u8> {
    let mut out = Vec::new();
    for at in folders_in_order(image, tree) {
        let name = if at == 0 { vec![0] } else { tree.name(image.folders[at].name, true) };
        out.extend([name.len() as u8, 0]);
        out.extend(endian.four(layout.folders[tree.index()][at].start));
        // The root is the parent of all, its own too.
        out.extend(endian.two(1));
        out.extend(even(name));
    }
    out
}

fn folders_in_order(image: &Image, tree: Tree) -> Vec<usize> {
    let mut order: Vec<usize> = (1..image.folders.len()).collect();
    order.sort_by_key(|at| tree.name(image.folders[*at].name, true));
    [vec![0], order].concat()
}

/// The records of a folder, none across the end of a sector. (ECMA-119, 6.8.1)
fn directory(image: &Image, layout: &Layout, tree: Tree, at: usize, folder: &Folder) -> Vec<u8> {
    let folders = &layout.folders[tree.index()];
    let is_rock = tree == Tree::Primary;
    let inner = if at == 0 { image.folders.len() - 1 } else { 0 };
    let own = match (is_rock, at) {
        (false, _) => Vec::new(),
        (true, 0) => [sharing_protocol(), posix(FOLDER, 2 + inner), continued(layout.continuation)].concat(),
        (true, _) => posix(FOLDER, 2),
    };
    let above = if is_rock { posix(FOLDER, 2 + image.folders.len() - 1) } else { Vec::new() };
    let mut entries = Vec::new();
    for (below, extent) in image.folders.iter().zip(folders).skip(1).take(inner) {
        let system = if is_rock { [named(below.name), posix(FOLDER, 2)].concat() } else { Vec::new() };
        let short = tree.name(below.name, true);
        entries.push((short.clone(), record(&short, *extent, true, &system)));
    }
    for (file, extent) in folder.files.iter().zip(&layout.files[at]) {
        let system = if is_rock { [named(file.name), posix(FILE, 1)].concat() } else { Vec::new() };
        let short = tree.name(file.name, false);
        entries.push((short.clone(), record(&short, *extent, false, &system)));
    }
    entries.sort();
    let mut records = vec![record(&[0], folders[at], true, &own), record(&[1], folders[0], true, &above)];
    records.extend(entries.into_iter().map(|(_, record)| record));
    let mut out: Vec<u8> = Vec::new();
    for record in records {
        let left = SECTOR - out.len() % SECTOR;
        if left < record.len() {
            out.resize(out.len() + left, 0);
        }
        out.extend(record);
    }
    let whole = out.len().div_ceil(SECTOR) * SECTOR;
    padded(out, whole, b"\0")
}

/// A record of a folder. (ECMA-119, 9.1)
fn record(name: &[u8], extent: Extent, is_folder: bool, system: &[u8]) -> Vec<u8> {
    let mut out = vec![0, 0];
    out.extend(both32(extent.start));
    out.extend(both32(extent.size));
    out.extend(DATE);
    out.extend([if is_folder { 2 } else { 0 }, 0, 0]);
    out.extend(both16(1));
    out.push(name.len() as u8);
    out.extend(name);
    out = even(out);
    out.extend(even(system.to_vec()));
    out[0] = out.len() as u8;
    out
}

/// A folder everyone may read, and a file that everyone may run: a script is one.
const FOLDER: usize = 0o040_555;
const FILE: usize = 0o100_555;

/// That there are system use entries. (SUSP, 5.3)
fn sharing_protocol() -> Vec<u8> {
    b"SP\x07\x01\xbe\xef\0".to_vec()
}

/// That there is more in another sector. (SUSP, 5.1)
fn continued(sector: usize) -> Vec<u8> {
    let size = rock_ridge_reference().len();
    [b"CE\x1c\x01".to_vec(), both32(sector), both32(0), both32(size)].concat()
}

/// Which extension the entries are of. (SUSP, 5.5; the words are RRIP's)
fn rock_ridge_reference() -> Vec<u8> {
    let id = "RRIP_1991A";
    let what = "THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS";
    let source = "PLEASE CONTACT DISC PUBLISHER FOR SPECIFICATION SOURCE.  SEE PUBLISHER IDENTIFIER IN PRIMARY VOLUME \
                  DESCRIPTOR FOR CONTACT INFORMATION.";
    let lengths = [id, what, source].map(|text| text.len() as u8);
    let size = 8 + id.len() + what.len() + source.len();
    [&[b'E', b'R', size as u8, 1], &lengths[..], &[1], id.as_bytes(), what.as_bytes(), source.as_bytes()].concat()
}

/// Mode and links; the owner is root. (RRIP, 4.1.1)
fn posix(mode: usize, links: usize) -> Vec<u8> {
    [b"PX\x24\x01".to_vec(), both32(mode), both32(links), both32(0), both32(0)].concat()
}

/// The real name. (RRIP, 4.1.4)
fn named(name: &str) -> Vec<u8> {
    [&[b'N', b'M', 5 + name.len() as u8, 1, 0], name.as_bytes()].concat()
}

/// A name of eight and three characters.
fn short(name: &str) -> (String, String) {
    let (base, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let fold = |text: &str, length: usize| -> String {
        let folded = text.chars().map(|character| match character.to_ascii_uppercase() {
            allowed @ ('A'..='Z' | '0'..='9') => allowed,
            _ => '_',
        });
        folded.take(length).collect()
    };
    (fold(base, 8), fold(extension, 3))
}

/// UCS-2, big-endian.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

fn padded(mut bytes: Vec<u8>, length: usize, with: &[u8]) -> Vec<u8> {
    let missing = length.saturating_sub(bytes.len());
    bytes.extend(with.iter().copied().cycle().take(missing));
    bytes
}

fn even(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() % 2 == 1 {
        bytes.push(0);
    }
    bytes
}

#[derive(Clone, Copy)]
enum Endian {
    Little,
    Big,
}

impl Endian {
    fn four(self, number: usize) -> [u8; 4] {
        match self {
            Endian::Little => (number as u32).to_le_bytes(),
            Endian::Big => (number as u32).to_be_bytes(),
        }
    }

    fn two(self, number: usize) -> [u8; 2] {
        match self {
            Endian::Little => (number as u16).to_le_bytes(),
            Endian::Big => (number as u16).to_be_bytes(),
        }
    }
}

/// A number in both byte orders. (ECMA-119, 7.3.3)
fn both32(number: usize) -> Vec<u8> {
    [Endian::Little.four(number), Endian::Big.four(number)].concat()
}

/// A number in both byte orders. (ECMA-119, 7.2.3)
fn both16(number: usize) -> Vec<u8> {
    [Endian::Little.two(number), Endian::Big.two(number)].concat()
}

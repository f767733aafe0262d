//! A vfat image in memory: FAT12 with long names, as Microsoft's specification of FAT has it. Knows that format; must not
//! know what the files are for. The same files make the same bytes: there is no clock and no chance in it.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::image::{Folder, Image};

const SECTOR: usize = 512;
/// Entries of the root folder, and the size of one.
const ROOT_ENTRIES: usize = 128;
const ENTRY: usize = 32;
/// A file system with as many clusters or more is no FAT12.
const CLUSTERS: usize = 4085;
/// No image is smaller than this many clusters: some programs take very small ones for broken.
const LEAST: usize = 256;
/// Head and content are multiples of this many sectors, so that the image fits a disk of any sector size.
const ALIGN: usize = 8;
/// 1980-01-01, the first day that vfat knows.
const DATE: u16 = (1 << 5) | 1;
/// The mark of a chain's last cluster.
const LAST: u16 = 0xfff;

const IS_LABEL: u8 = 0x08;
const IS_FOLDER: u8 = 0x10;
const IS_LONG_NAME: u8 = 0x0f;

/// The image as bytes.
pub(super) fn write(image: &Image) -> Vec<u8> {
    let per_cluster = sectors_per_cluster(image);
    let mut disk = Disk { cluster: per_cluster * SECTOR, table: vec![0xff8, LAST], data: Vec::new() };
    let root = root(image, &mut disk);
    let used = disk.table.len() - 2;
    let clusters = used.max(LEAST).next_multiple_of((ALIGN / per_cluster).max(1));
    let fat = ((clusters + 2) * 3).div_ceil(2).div_ceil(SECTOR);
    let head = 1 + 2 * fat + ROOT_ENTRIES * ENTRY / SECTOR;
    let reserved = 1 + head.next_multiple_of(ALIGN) - head;
    let geometry = Geometry { per_cluster, reserved, fat, clusters };

    let mut bytes = boot_sector(image, &geometry, &disk.data);
    bytes.resize(reserved * SECTOR, 0);
    let table = packed(&disk.table);
    for copy in 1..=2 {
        bytes.extend(&table);
        bytes.resize((reserved + copy * fat) * SECTOR, 0);
    }
    let start = bytes.len();
    bytes.extend(root);
    bytes.resize(start + ROOT_ENTRIES * ENTRY, 0);
    bytes.extend(disk.data);
    bytes.resize(geometry.total() * SECTOR, 0);
    bytes
}

/// How the disk is divided, in sectors.
struct Geometry {
    per_cluster: usize,
    reserved: usize,
    /// One copy of the table.
    fat: usize,
    clusters: usize,
}

impl Geometry {
    fn total(&self) -> usize {
        self.reserved + 2 * self.fat + ROOT_ENTRIES * ENTRY / SECTOR + self.clusters * self.per_cluster
    }
}

/// The smallest cluster with which the files are few enough clusters.
fn sectors_per_cluster(image: &Image) -> usize {
    let fits = |sectors: &usize| {
        let clusters = |size: usize| size.div_ceil(sectors * SECTOR);
        let files = image.folders.iter().flat_map(|folder| &folder.files);
        // A folder has few entries of few bytes each.
        let folders = image.folders.len() * clusters(16 * ENTRY * 8);
        files.map(|file| clusters(file.content.len())).sum::<usize>() + folders + ALIGN < CLUSTERS
    };
    (0..7).map(|power| 1 << power).find(fits).unwrap_or(128)
}

/// The clusters and which one follows which.
struct Disk {
    cluster: usize,
    table: Vec<u16>,
    data: Vec<u8>,
}

impl Disk {
    /// The number of the next cluster.
    fn next(&self) -> u16 {
        self.table.len() as u16
    }

    /// Stores it; the number of its first cluster. What is empty has none.
    fn store(&mut self, content: &[u8]) -> u16 {
        if content.is_empty() {
            return 0;
        }
        let first = self.next();
        let last = first + content.len().div_ceil(self.cluster) as u16 - 1;
        self.table.extend((first..last).map(|cluster| cluster + 1));
        self.table.push(LAST);
        self.data.extend(content);
        self.data.resize(self.data.len().next_multiple_of(self.cluster), 0);
        first
    }
}

/// The root folder; everything in it is stored.
fn root(image: &Image, disk: &mut Disk) -> Vec<u8> {
    let mut names = Names::default();
    let mut out = entry(&label(image.label), IS_LABEL, 0, 0);
    for (at, folder) in image.folders.iter().enumerate() {
        if at == 0 {
            out.extend(files(folder, &mut names, disk));
            continue;
        }
        let below = files(folder, &mut Names::default(), disk);
        let start = disk.next();
        // The root has no cluster.
        let links = [entry(b".          ", IS_FOLDER, start, 0), entry(b"..         ", IS_FOLDER, 0, 0)].concat();
        disk.store(&[links, below].concat());
        out.extend(named(folder.name, &mut names, IS_FOLDER, start, 0));
    }
    out
}

/// The entries of a folder's files, which are stored.
fn files(folder: &Folder, names: &mut Names, disk: &mut Disk) -> Vec<u8> {
    let one = |file: &super::image::File| named(file.name, names, 0, disk.store(&file.content), file.content.len());
    folder.files.iter().flat_map(one).collect::<Vec<u8>>()
}

/// An entry with the real name before it.
fn named(name: &str, names: &mut Names, attributes: u8, start: u16, size: usize) -> Vec<u8> {
    let short = names.short(name);
    let sum = short.iter().fold(0_u8, |sum, byte| sum.rotate_right(1).wrapping_add(*byte));
    let mut units: Vec<u16> = name.encode_utf16().collect();
    if !units.len().is_multiple_of(13) {
        units.push(0);
        units.resize(units.len().next_multiple_of(13), 0xffff);
    }
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for (at, part) in units.chunks(13).enumerate() {
        let letters = |from: usize, to: usize| part[from..to].iter().flat_map(|unit| unit.to_le_bytes());
        let mut long = vec![at as u8 + 1];
        long.extend(letters(0, 5));
        long.extend([IS_LONG_NAME, 0, sum]);
        long.extend(letters(5, 11));
        long.extend([0, 0]);
        long.extend(letters(11, 13));
        parts.push(long);
    }
    if let Some(last) = parts.last_mut() {
        last[0] |= 0x40;
    }
    parts.reverse();
    parts.push(entry(&short, attributes, start, size));
    parts.concat()
}

/// An entry of a folder.
fn entry(name: &[u8; 11], attributes: u8, start: u16, size: usize) -> Vec<u8> {
    let mut out = name.to_vec();
    // Neither lower case nor a time of the day.
    out.extend([attributes, 0, 0, 0, 0]);
    out.extend([DATE, DATE, 0, 0, DATE, start].map(u16::to_le_bytes).concat());
    out.extend((size as u32).to_le_bytes());
    out
}

/// The short names of a folder.
#[derive(Default)]
struct Names(BTreeSet<[u8; 11]>);

impl Names {
    /// A name of eight and three characters that no other file of the folder has.
    fn short(&mut self, name: &str) -> [u8; 11] {
        let (base, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let fits = base.len() <= 8 && extension.len() <= 3;
        let numbered = |number: usize| format!("{}~{number}", &base[..base.len().min(6)]);
        let mut candidates = fits.then(|| base.to_string()).into_iter().chain((1..).map(numbered));
        loop {
            let base = candidates.next().unwrap_or_default();
            let mut short = [b' '; 11];
            let letters = base.bytes().take(8).enumerate();
            let letters = letters.chain(extension.bytes().take(3).enumerate().map(|(at, byte)| (at + 8, byte)));
            letters.for_each(|(at, byte)| short[at] = byte.to_ascii_uppercase());
            if self.0.insert(short) {
                return short;
            }
        }
    }
}

/// A label as it is, in small letters too: the readers of these images compare it to the letter.
fn label(label: &str) -> [u8; 11] {
    let mut out = [b' '; 11];
    label.bytes().take(11).enumerate().for_each(|(at, byte)| out[at] = byte);
    out
}

/// The table, twelve bits an entry.
fn packed(table: &[u16]) -> Vec<u8> {
    let pair = |pair: &[u16]| {
        let (one, other) = (pair[0], pair.get(1).copied().unwrap_or(0));
        [one as u8, (one >> 8) as u8 | (other << 4) as u8, (other >> 4) as u8]
    };
    table.chunks(2).flat_map(pair).collect()
}

/// The first sector. Its number of the volume comes from the content.
fn boot_sector(image: &Image, geometry: &Geometry, data: &[u8]) -> Vec<u8> {
    let total = geometry.total();
    let few = u16::try_from(total).unwrap_or(0);
    let many = if few == 0 { total as u32 } else { 0 };
    let number = Sha256::digest(data);
    let mut out = b"\xeb\x3c\x90SEEDDISK".to_vec();
    out.extend((SECTOR as u16).to_le_bytes());
    out.push(geometry.per_cluster as u8);
    out.extend((geometry.reserved as u16).to_le_bytes());
    out.push(2);
    out.extend([ROOT_ENTRIES as u16, few].map(u16::to_le_bytes).concat());
    out.push(0xf8);
    // A geometry in tracks and heads, which nobody reads any more.
    out.extend([geometry.fat as u16, 32, 64].map(u16::to_le_bytes).concat());
    out.extend([0, many].map(u32::to_le_bytes).concat());
    out.extend([0x80, 0, 0x29]);
    out.extend(&number[..4]);
    out.extend(label(image.label));
    out.extend(b"FAT12   ");
    out.resize(SECTOR - 2, 0);
    out.extend([0x55, 0xaa]);
    out
}

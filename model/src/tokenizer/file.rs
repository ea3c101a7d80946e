//! The tokenizer's own file: a text of merges that closes with its own hash.
//!
//! Invariant: one tokenizer has exactly one text, and only that text is read back. Sizes are checked before anything
//! is allocated for them. A file is replaced whole or not at all.
//!
//! ```text
//! neuroshard-tokenizer 1
//! merges 2
//! 126 114
//! 266 111
//! blake3 …64 hex digits over all lines before…
//! ```
//!
//! Where merges are disabled, the version is 2, and a line `disabled 1` follows the merges and then their ids, rising,
//! one a line. Any other tokenizer is written as version 1, so that its text and hash are what they always were.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use super::{BYTES_ONLY_VOCAB, Tokenizer, TokenizerError, VOCAB_MAX};

/// Name of the tokenizer file in a model folder.
pub const FILE_NAME: &str = "tokenizer.bpe";

/// Largest tokenizer file that is read, of this format or of any other.
pub(super) const FILE_BYTES_MAX: usize = 64 << 20;

const NAME: &str = "neuroshard-tokenizer";
/// Without disabled merges, and with them.
const VERSIONS: [u64; 2] = [1, 2];

impl Tokenizer {
    /// Hash of the merges and of which are disabled: the one on the last line of the file. Equal tokenizers have equal
    /// hashes.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        *blake3::hash(self.body().as_bytes()).as_bytes()
    }

    /// The text of the tokenizer file.
    #[must_use]
    pub fn to_file_text(&self) -> String {
        let body = self.body();
        let hash = blake3::hash(body.as_bytes());
        format!("{body}blake3 {hash}\n")
    }

    fn body(&self) -> String {
        let disabled = self.disabled().count();
        let version = VERSIONS[usize::from(disabled > 0)];
        let mut text = format!("{NAME} {version}\nmerges {}\n", self.merges().len());
        for (left, right) in self.merges() {
            writeln!(text, "{left} {right}").expect("a String takes any text");
        }
        if disabled > 0 {
            writeln!(text, "disabled {disabled}").expect("a String takes any text");
            self.disabled().for_each(|id| writeln!(text, "{id}").expect("a String takes any text"));
        }
        text
    }

    /// Reads the text of a tokenizer file.
    pub fn parse(text: &str) -> Result<Self, TokenizerError> {
        if text.len() > FILE_BYTES_MAX {
            return Err(TokenizerError::TooBig { max: FILE_BYTES_MAX });
        }
        let mut lines = Lines { text, offset: 0, number: 0 };
        let (version, count) = parse_head(&mut lines)?;
        let mut merges = Vec::new(); // grows with the lines that are there, not with the count that is claimed
        for index in 0..count {
            let line = lines.next()?;
            let pair = line.split_once(' ').and_then(|(left, right)| Some((number(left)?, number(right)?)));
            let pair = pair.and_then(|(left, right)| Some((left.try_into().ok()?, right.try_into().ok()?)));
            merges.push(pair.ok_or_else(|| {
                lines.error(format!("expected two ids for merge {} of {count}, found {line:?}: {DAMAGED}", index + 1))
            })?);
        }
        let disabled_line = lines.number + 2;
        let disabled = if version == VERSIONS[1] { parse_disabled(&mut lines, count)? } else { Vec::new() };
        let body = &text[..lines.offset];
        let line = lines.next()?;
        if line != format!("blake3 {}", blake3::hash(body.as_bytes())) {
            return Err(lines.error(format!("the lines above do not have the hash that stands here: {DAMAGED}")));
        }
        if lines.offset != text.len() {
            return Err(lines.error(format!("text follows the hash, which must be the last line: {DAMAGED}")));
        }
        let mut tokenizer = Self::bytes_only();
        tokenizer.append(&merges).map_err(|error| match error {
            TokenizerError::Merge { index, left, right, fault } => {
                TokenizerError::Line { line: index + 3, problem: format!("merge {left} {right}: {fault}") }
            }
            other => other,
        })?;
        tokenizer.disable_those(|id| disabled.binary_search(&id).is_ok());
        if !tokenizer.disabled().eq(disabled) {
            let problem = "merges that are made of disabled ones must be disabled too".to_owned();
            return Err(TokenizerError::Line { line: disabled_line, problem });
        }
        Ok(tokenizer)
    }

    /// Reads a tokenizer file.
    pub fn load(path: &Path) -> Result<Self, TokenizerError> {
        let read = || {
            let bytes = read_capped(path)?;
            let text =
                std::str::from_utf8(&bytes).map_err(|error| TokenizerError::NotUtf8 { offset: error.valid_up_to() })?;
            Self::parse(text)
        };
        read().map_err(|error| error.in_file(path))
    }

    /// Writes the tokenizer file. A crash leaves the old file or the new one, never a mix.
    pub fn save(&self, path: &Path) -> Result<(), TokenizerError> {
        let failed = |error| TokenizerError::Io { action: "write", path: path.to_owned(), error };
        let beside = path_beside(path).map_err(failed)?;
        let written = write_synced(&beside, self.to_file_text().as_bytes())
            .and_then(|()| fs::rename(&beside, path))
            .and_then(|()| sync_folder(path));
        written.map_err(|error| {
            // What is left over is ours alone, and the first error is the one to report.
            fs::remove_file(&beside).ok();
            failed(error)
        })
    }
}

const DAMAGED: &str = "the file is damaged, copy or download it again";

/// The version line and the count line; gives both.
fn parse_head(lines: &mut Lines) -> Result<(u64, u64), TokenizerError> {
    let [first, known] = VERSIONS;
    let line = lines.next()?;
    let version = line.strip_prefix(NAME).and_then(|rest| number(rest.strip_prefix(' ')?));
    let version = match version {
        Some(version) if VERSIONS.contains(&version) => version,
        Some(found) if found > known => return Err(TokenizerError::NewerVersion { found, known }),
        _ => return Err(lines.error(format!("expected \"{NAME} {first}\", so this is not a tokenizer file"))),
    };
    let line = lines.next()?;
    let Some(count) = line.strip_prefix("merges ").and_then(number) else {
        return Err(lines.error(format!("expected \"merges\" and their number, found {line:?}: {DAMAGED}")));
    };
    let max = VOCAB_MAX - BYTES_ONLY_VOCAB;
    if count > max as u64 {
        return Err(lines.error(format!("{count} merges are above the {max} that are allowed: {DAMAGED}")));
    }
    Ok((version, count))
}

/// The ids of disabled merges: at least one, rising, each made by one of the `merges` merges.
fn parse_disabled(lines: &mut Lines, merges: u64) -> Result<Vec<u32>, TokenizerError> {
    let line = lines.next()?;
    let count = line.strip_prefix("disabled ").and_then(number).filter(|count| (1..=merges).contains(count));
    let Some(count) = count else {
        return Err(
            lines.error(format!("expected \"disabled\" and a number up to {merges}, found {line:?}: {DAMAGED}"))
        );
    };
    let mut ids: Vec<u32> = Vec::new();
    let mut least = BYTES_ONLY_VOCAB as u64;
    for index in 1..=count {
        let line = lines.next()?;
        let id = number(line).filter(|id| (least..BYTES_ONLY_VOCAB as u64 + merges).contains(id));
        let Some(id) = id else {
            return Err(lines.error(format!("expected disabled id {index} of {count}, found {line:?}: {DAMAGED}")));
        };
        ids.push(id as u32); // below VOCAB_MAX, like the count of merges
        least = id + 1;
    }
    Ok(ids)
}

/// A number as [`Tokenizer::to_file_text`] writes it: digits only, no leading zero.
fn number(word: &str) -> Option<u64> {
    let plain = word.bytes().all(|byte| byte.is_ascii_digit()) && (word == "0" || !word.starts_with('0'));
    if plain { word.parse().ok() } else { None }
}

/// Whole lines, counted.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a str, TokenizerError> {
        let rest = &self.text[self.offset..];
        let Some(end) = rest.find('\n') else { return Err(TokenizerError::Truncated { line: self.number }) };
        self.offset += end + 1;
        self.number += 1;
        Ok(&rest[..end])
    }

    /// An error on the line that was last read.
    fn error(&self, problem: String) -> TokenizerError {
        let problem = if problem.len() > 300 { format!("the line is too long: {DAMAGED}") } else { problem };
        TokenizerError::Line { line: self.number, problem }
    }
}

/// The bytes of a file of at most [`FILE_BYTES_MAX`].
pub(super) fn read_capped(path: &Path) -> Result<Vec<u8>, TokenizerError> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| TokenizerError::Io { action: "read", path: path.to_owned(), error })?;
    if bytes.len() > FILE_BYTES_MAX {
        return Err(TokenizerError::TooBig { max: FILE_BYTES_MAX });
    }
    Ok(bytes)
}

/// A new name in the same folder, because a rename is only whole within one file system.
fn path_beside(path: &Path) -> io::Result<PathBuf> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}-{}.tmp", process::id(), COUNTER.fetch_add(1, Ordering::Relaxed)));
    Ok(path.with_file_name(beside))
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the new name itself last, where a folder can be synced.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Tokenizer {
        Tokenizer::learn(&[b"the cat sat on the mat"], 269).unwrap()
    }

    fn refusal(text: &str) -> String {
        Tokenizer::parse(text).unwrap_err().to_string()
    }

    /// A file whose hash is right, whatever its lines are.
    fn sealed(body: &str) -> String {
        format!("{body}blake3 {}\n", blake3::hash(body.as_bytes()))
    }

    #[test]
    fn a_file_reads_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        Tokenizer::bytes_only().save(&path).unwrap();
        sample().save(&path).unwrap();
        assert_eq!(Tokenizer::load(&path).unwrap(), sample());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left in the folder");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("neuroshard-tokenizer 1\nmerges 3\n107 126\n"), "{text}");
        assert!(text.ends_with(&format!("blake3 {}\n", blake3::Hash::from(sample().hash()))), "{text}");
        assert_ne!(sample().hash(), Tokenizer::bytes_only().hash());
    }

    /// A sample whose second merge is disabled, and the third, which is made of it.
    fn rolled_back() -> Tokenizer {
        let mut tokenizer = Tokenizer::bytes_only();
        tokenizer.append(&[(107, 126), (126, 114), (267, 111)]).unwrap();
        tokenizer.disable(267..268).unwrap();
        tokenizer
    }

    #[test]
    fn disabled_merges_are_kept_and_make_another_tokenizer() {
        let text = rolled_back().to_file_text();
        let body = "neuroshard-tokenizer 2\nmerges 3\n107 126\n126 114\n267 111\ndisabled 2\n267\n268\n";
        assert_eq!(text, sealed(body));
        assert_eq!(Tokenizer::parse(&text).unwrap(), rolled_back());
        let mut before = Tokenizer::bytes_only();
        before.append(rolled_back().merges()).unwrap();
        assert_ne!(rolled_back().hash(), before.hash());
        for (from, to, says) in [
            ("disabled 2\n267\n268\n", "disabled 1\n267\n", "line 7: merges that are made of disabled ones"),
            ("disabled 2\n267\n268\n", "disabled 0\n", "line 6: expected \"disabled\""),
            ("disabled 2", "disabled 4", "line 6: expected \"disabled\""),
            ("267\n268\n", "268\n267\n", "line 8: expected disabled id 2 of 2"),
            ("267\n268\n", "268\n269\n", "line 8: expected disabled id 2 of 2"),
            ("267\n268\n", "265\n268\n", "line 7: expected disabled id 1 of 2"),
            ("tokenizer 2", "tokenizer 1", "line 6: the lines above"),
            ("disabled 2\n267\n268\n", "", "line 6: expected \"disabled\""),
        ] {
            let error = refusal(&sealed(&body.replacen(from, to, 1)));
            assert!(error.starts_with(says), "{error}");
        }
    }

    #[test]
    fn many_disabled_merges_are_read_at_once() {
        let mut tokenizer = Tokenizer::bytes_only();
        // Pairs of bytes within one piece, and pairs of those.
        let pairs = (0..100u32).flat_map(|left| (0..100).map(move |right| (10 + 0x80 + left, 10 + 0x80 + right)));
        tokenizer.append(&pairs.collect::<Vec<_>>()).unwrap();
        tokenizer.append(&(266..10_266).map(|id| (id, 266)).collect::<Vec<_>>()).unwrap();
        tokenizer.disable(266..tokenizer.vocab() as u32).unwrap();
        let started = std::time::Instant::now();
        assert_eq!(Tokenizer::parse(&tokenizer.to_file_text()).unwrap(), tokenizer);
        assert!(started.elapsed() < std::time::Duration::from_secs(5), "{:?}", started.elapsed());
    }

    #[test]
    fn every_cut_is_noticed() {
        for text in [sample().to_file_text(), rolled_back().to_file_text()] {
            for end in 0..text.len() {
                let error = refusal(&text[..end]);
                assert!(error.contains("cut short after line"), "{end}: {error}");
            }
        }
        assert_eq!(
            refusal(&sample().to_file_text()[..40]),
            "the file is cut short after line 3: copy or download it again"
        );
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        for text in [sample().to_file_text(), rolled_back().to_file_text()] {
            for (at, byte) in (0..text.len()).flat_map(|at| b"017 \n\rx".map(|byte| (at, byte))) {
                let mut bytes = text.clone().into_bytes();
                if std::mem::replace(&mut bytes[at], byte) != byte {
                    Tokenizer::parse(std::str::from_utf8(&bytes).unwrap()).unwrap_err();
                }
            }
        }
    }

    #[test]
    fn refusals_name_the_line() {
        assert_eq!(refusal("<html>\n"), "line 1: expected \"neuroshard-tokenizer 1\", so this is not a tokenizer file");
        assert_eq!(
            refusal("neuroshard-tokenizer 3\n"),
            "the file is of version 3 and this program reads up to 2: update the program"
        );
        assert_eq!(
            refusal("neuroshard-tokenizer 1\nmerges 99999999999\n"),
            "line 2: 99999999999 merges are above the 1048310 that are allowed: the file is damaged, copy or download it again"
        );
        assert!(refusal("neuroshard-tokenizer 1\nmerges +1\n").starts_with("line 2: "));
        assert!(refusal(&sealed("neuroshard-tokenizer 1\nmerges 1\n0107 126\n")).starts_with("line 3: "));
        assert!(refusal(&sealed("neuroshard-tokenizer 1\nmerges 1\n107  126\n")).starts_with("line 3: "));
        assert_eq!(
            refusal(&sealed("neuroshard-tokenizer 1\nmerges 2\n107 126\n107 267\n")),
            "line 4: merge 107 267: id 267 does not exist yet: a merge may only use ids before its own"
        );
        assert!(refusal(&sample().to_file_text().replace("107 126", "107 127")).starts_with("line 6: the lines above"));
        assert!(refusal(&(sample().to_file_text() + "\n")).contains("text follows the hash"));
        assert!(refusal(&sample().to_file_text().replace('\n', "\r\n")).starts_with("line 1: "));
    }

    #[test]
    fn loading_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        assert!(matches!(Tokenizer::load(&path), Err(TokenizerError::Io { action: "read", .. })));
        fs::write(&path, b"neuroshard\xff").unwrap();
        let error = Tokenizer::load(&path).unwrap_err().to_string();
        assert_eq!(error, format!("{}: byte 10 is not UTF-8 text", path.display()));
        File::create(&path).unwrap().set_len(FILE_BYTES_MAX as u64 + 1).unwrap();
        assert!(Tokenizer::load(&path).unwrap_err().to_string().contains("larger than 67108864 bytes"));
        let nowhere = folder.path().join("missing").join(FILE_NAME);
        assert!(matches!(sample().save(&nowhere), Err(TokenizerError::Io { action: "write", .. })));
    }
}

//! What seals must hold against: other passphrases, changed bits, cut files, hostile prices.

use super::*;
use proptest::prelude::*;

/// As cheap as argon2 gets: these tests are not about its price.
const CHEAP: Kdf = Kdf { memory_kib: 8, passes: 1, lanes: 1 };

fn passphrase(text: &str) -> Passphrase {
    Passphrase::chosen(text).unwrap()
}

fn sealed(entropy: &[u8], text: &str) -> Sealed {
    let mnemonic = Mnemonic::from_entropy(entropy).unwrap();
    let created = "2026-03-04T05:06:07Z".parse().unwrap();
    Sealed::seal(&mnemonic, &"main".parse().unwrap(), &passphrase(text), CHEAP, created).unwrap()
}

fn read(file: &str) -> Result<Sealed, SealedError> {
    Sealed::from_file(file.as_bytes())
}

/// The file after somebody who knows the format changed it: its checksum is right again.
fn forged(change: impl FnOnce(&mut Header, &mut Vec<u8>)) -> Sealed {
    let mut wallet = sealed(&[7; 16], "correct horse");
    change(&mut wallet.header, &mut wallet.sealed);
    wallet
}

#[test]
fn any_changed_bit_is_refused_and_so_is_any_cut() {
    let file = sealed(&[7; 16], "correct horse").to_file().into_bytes();
    for bit in 0..file.len() * 8 {
        let mut changed = file.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(Sealed::from_file(&changed).is_err(), "bit {bit}");
    }
    // Without its last new line it is still whole.
    for length in 0..file.len() - 1 {
        assert!(matches!(Sealed::from_file(&file[..length]), Err(SealedError::Damaged(_))), "{length} bytes");
    }
}

#[test]
fn a_header_that_was_changed_with_its_checksum_opens_with_no_passphrase() {
    let other = Address::from_bytes([9; 20]);
    let forgeries: [fn(&mut Header, &mut Vec<u8>); 6] = [
        |header, _| header.name = "savings".to_owned(),
        |header, _| header.created = "2020-01-01T00:00:00Z".to_owned(),
        |header, _| header.kdf.passes = 2,
        |header, _| header.salt[0] ^= 1,
        |header, _| header.nonce[23] ^= 128,
        |_, sealed| sealed[0] ^= 1,
    ];
    for (index, change) in forgeries.into_iter().enumerate() {
        let wallet = read(&forged(change).to_file()).unwrap();
        assert!(matches!(wallet.open(&passphrase("correct horse")), Err(SealedError::Passphrase)), "{index}");
    }
    let wallet = read(&forged(|header, _| header.address = other).to_file()).unwrap();
    assert_eq!(wallet.address(), other);
    assert!(matches!(wallet.open(&passphrase("correct horse")), Err(SealedError::Passphrase)));
}

#[test]
fn a_hostile_price_is_refused_before_anything_is_allocated() {
    let most = Kdf { memory_kib: 1 << 20, passes: 4, lanes: 16 };
    assert!(most.check().is_ok() && Kdf::DEFAULT.check().is_ok() && CHEAP.check().is_ok());
    for kdf in [
        Kdf { memory_kib: u32::MAX, ..most },
        Kdf { memory_kib: (1 << 20) + 1, ..most },
        Kdf { passes: 5, ..most },
        Kdf { passes: u32::MAX, ..CHEAP },
        Kdf { passes: 0, ..CHEAP },
        Kdf { lanes: 0, ..CHEAP },
        Kdf { lanes: 17, ..most },
        Kdf { lanes: u32::MAX, ..most },
        Kdf { memory_kib: 7, ..CHEAP },
        Kdf { lanes: 2, ..CHEAP },
    ] {
        let wallet = forged(|header, _| header.kdf = kdf);
        assert!(matches!(read(&wallet.to_file()), Err(SealedError::Price(price)) if price == kdf), "{kdf:?}");
        assert!(matches!(wallet.open(&passphrase("correct horse")), Err(SealedError::Price(_))), "{kdf:?}");
    }
}

#[test]
fn a_newer_version_is_said_to_be_that_whatever_it_has() {
    let newer = r#"{"format": "neuroshard wallet", "version": 2, "anything": [1, 2]}"#;
    assert_eq!(read(newer).unwrap_err().to_string(), "it is of version 2, and this program reads version 1");
    for wrong in ["", "{}", "null", "words", r#"{"format": "another", "version": 1}"#, &"[".repeat(100_000)] {
        assert!(matches!(read(wrong), Err(SealedError::Damaged(_))));
    }
}

#[test]
fn neither_the_words_nor_the_passphrase_are_in_the_file() {
    let wallet = sealed(&[7; 16], "correct horse");
    let words = Mnemonic::from_entropy(&[7; 16]).unwrap().words();
    for text in [wallet.to_file(), format!("{wallet:?}")] {
        assert!(!text.contains("correct") && !text.contains(&"07".repeat(16)));
        assert!(words.split(' ').all(|word| !text.contains(word)), "{text}");
    }
}

#[test]
fn the_same_words_are_never_sealed_alike() {
    let (one, other) = (sealed(&[7; 16], "correct horse"), sealed(&[7; 16], "correct horse"));
    assert_ne!(one.header.salt, other.header.salt);
    assert_ne!(one.header.nonce, other.header.nonce);
    assert_ne!(one.sealed, other.sealed);
    assert_eq!(one.address(), other.address());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn prop_what_was_sealed_opens_with_its_passphrase_only(
        entropy in prop_oneof![prop::collection::vec(any::<u8>(), 16), prop::collection::vec(any::<u8>(), 32)],
        (right, wrong) in ("\\PC{8,20}", "\\PC{8,20}"),
    ) {
        let wallet = read(&sealed(&entropy, &right).to_file()).unwrap();
        let opened = wallet.open(&passphrase(&right)).unwrap();
        prop_assert_eq!(opened.entropy().to_vec(), entropy);
        prop_assert_eq!(wallet.name().unwrap().to_string(), "main");
        prop_assert_eq!(wallet.created().unwrap().to_string(), "2026-03-04T05:06:07Z");
        if passphrase(&right).as_bytes() != passphrase(&wrong).as_bytes() {
            prop_assert!(matches!(wallet.open(&passphrase(&wrong)), Err(SealedError::Passphrase)));
        }
        let again = wallet.seal_again(&opened, &passphrase(&wrong), CHEAP).unwrap();
        prop_assert_eq!(again.open(&passphrase(&wrong)).unwrap().entropy(), opened.entropy());
        prop_assert_eq!((again.created().unwrap(), again.address()), (wallet.created().unwrap(), wallet.address()));
    }
}

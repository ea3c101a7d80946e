//! Known answers of BIP-39 and BIP-32, and what people type instead of them.

use super::*;
use crate::keystore::hex;
use crate::types::Address;
use proptest::prelude::*;

/// Entropy, words, and the seed under the passphrase `TREZOR`: the reference vectors of BIP-39 with 12 and 24 words.
const BIP_39: &[(&str, &str, &str)] = &[
    (
        "00000000000000000000000000000000",
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
        "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04",
    ),
    (
        "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
        "legal winner thank year wave sausage worth useful legal winner thank yellow",
        "2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607",
    ),
    (
        "80808080808080808080808080808080",
        "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
        "d71de856f81a8acc65e6fc851a38d4d7ec216fd0796d0a6827a3ad6ed5511a30fa280f12eb2e47ed2ac03b5c462a0358d18d69fe4f985ec81778c1b370b652a8",
    ),
    (
        "ffffffffffffffffffffffffffffffff",
        "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
        "ac27495480225222079d7be181583751e86f571027b0497b5b5d11218e0a8a13332572917f0f8e5a589620c6f15b11c61dee327651a14c34e18231052e48c069",
    ),
    (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art",
        "bda85446c68413707090a52022edd26a1c9462295029f2e60cd7c4f2bbd3097170af7a4d73245cafa9c3cca8d561a7c3de6f5d4a10be8ed2a5e608d68f92fcc8",
    ),
    (
        "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
        "legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title",
        "bc09fca1804f7e69da93c2f2028eb238c227f2e9dda30cd63699232578480a4021b146ad717fbb7e451ce9eb835f43620bf5c514db0f8add49f5d121449d3e87",
    ),
    (
        "8080808080808080808080808080808080808080808080808080808080808080",
        "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless",
        "c0c519bd0e91a2ed54357d9d1ebef6f5af218a153624cf4f2da911a0ed8f7a09e2ef61af0aca007096df430022f7a2b6fb91661a9589097069720d015e4e982f",
    ),
    (
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote",
        "dd48c104698c30cfe2b6142103248622fb7bb0ff692eebb00089b32d22484e1613912f0a5b694407be899ffd31ed3992c456cdf60f5d4564b8ba3f05a69890ad",
    ),
    (
        "9e885d952ad362caeb4efe34a8e91bd2",
        "ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic",
        "274ddc525802f7c828d8ef7ddbcdc5304e87ac3535913611fbbfa986d0c9e5476c91689f9c8a54fd55bd38606aa6a8595ad213d4c9c9f9aca3fb217069a41028",
    ),
    (
        "68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c",
        "hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis maple dilemma loan word shrug inflict delay length",
        "64c87cde7e12ecf6704ab95bb1408bef047c22db4cc7491c4271d170a1b213d20b385bc1588d9c7b38f1b39d415665b8a9030c9ec653d75e65f847d8fc1fc440",
    ),
    (
        "c0ba5a8e914111210f2bd131f3d5e08d",
        "scheme spot photo card baby mountain device kick cradle pact join borrow",
        "ea725895aaae8d4c1cf682c1bfd2d358d52ed9f0f0591131b559e2724bb234fca05aa9c02c57407e04ee9dc3b454aa63fbff483a8b11de949624b9f1831a9612",
    ),
    (
        "9f6a2878b2520799a44ef18bc7df394e7061a224d2c33cd015b157d746869863",
        "panda eyebrow bullet gorilla call smoke muffin taste mesh discover soft ostrich alcohol speed nation flash devote level hobby quick inner drive ghost inside",
        "72be8e052fc4919d2adf28d5306b5474b0069df35b02303de8c1729c9538dbb6fc2d731d5f832193cd9fb6aeecbc469594a70e3dd50811b5067f3b88b28c3e8d",
    ),
    (
        "23db8160a31d3e0dca3688ed941adbf3",
        "cat swing flag economy stadium alone churn speed unique patch report train",
        "deb5f45449e615feff5640f2e49f933ff51895de3b4381832b3139941c57b59205a42480c52175b6efcffaa58a2503887c1e8b363a707256bdd2b587b46541f5",
    ),
    (
        "066dca1a2bb7e8a1db2832148ce9933eea0f3ac9548d793112d9a95c9407efad",
        "all hour make first leader extend hole alien behind guard gospel lava path output census museum junior mass reopen famous sing advance salt reform",
        "26e975ec644423f4a4c4f4215ef09b4bd7ef924e85d1d17c4cf3f136c2863cf6df0a475045652c57eb5fb41513ca2a2d67722b77e954b4b3fc11f7590449191d",
    ),
    (
        "f30f8c1da665478f49b001d94c5fc452",
        "vessel ladder alter error federal sibling chat ability sun glass valve picture",
        "2aaa9242daafcee6aa9d7269f17d4efe271e1b9a529178d7dc139cd18747090bf9d60295d0ce74309a78852a9caadf0af48aae1c6253839624076224374bc63f",
    ),
    (
        "f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f",
        "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold",
        "01f5bced59dec48e362f2c45b5de68b9fd6c92c6634f44d6d40aab69056506f0e35524a518034ddc1192e1dacd32c1ed3eaa3c3b131c88ed8e7e54c49a5d0998",
    ),
];

/// A seed, and keys below it: the test vectors 1 to 4 of BIP-32. The last two keep leading zeros.
const BIP_32: &[(&str, &[(&str, &str)])] = &[
    (
        "000102030405060708090a0b0c0d0e0f",
        &[
            (
                "m",
                "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
            ),
            (
                "m/0'",
                "xprv9uHRZZhk6KAJC1avXpDAp4MDc3sQKNxDiPvvkX8Br5ngLNv1TxvUxt4cV1rGL5hj6KCesnDYUhd7oWgT11eZG7XnxHrnYeSvkzY7d2bhkJ7",
            ),
            (
                "m/0'/1",
                "xprv9wTYmMFdV23N2TdNG573QoEsfRrWKQgWeibmLntzniatZvR9BmLnvSxqu53Kw1UmYPxLgboyZQaXwTCg8MSY3H2EU4pWcQDnRnrVA1xe8fs",
            ),
            (
                "m/0'/1/2'",
                "xprv9z4pot5VBttmtdRTWfWQmoH1taj2axGVzFqSb8C9xaxKymcFzXBDptWmT7FwuEzG3ryjH4ktypQSAewRiNMjANTtpgP4mLTj34bhnZX7UiM",
            ),
            (
                "m/0'/1/2'/2",
                "xprvA2JDeKCSNNZky6uBCviVfJSKyQ1mDYahRjijr5idH2WwLsEd4Hsb2Tyh8RfQMuPh7f7RtyzTtdrbdqqsunu5Mm3wDvUAKRHSC34sJ7in334",
            ),
            (
                "m/0'/1/2'/2/1000000000",
                "xprvA41z7zogVVwxVSgdKUHDy1SKmdb533PjDz7J6N6mV6uS3ze1ai8FHa8kmHScGpWmj4WggLyQjgPie1rFSruoUihUZREPSL39UNdE3BBDu76",
            ),
        ],
    ),
    (
        "fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a29f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542",
        &[
            (
                "m",
                "xprv9s21ZrQH143K31xYSDQpPDxsXRTUcvj2iNHm5NUtrGiGG5e2DtALGdso3pGz6ssrdK4PFmM8NSpSBHNqPqm55Qn3LqFtT2emdEXVYsCzC2U",
            ),
            (
                "m/0",
                "xprv9vHkqa6EV4sPZHYqZznhT2NPtPCjKuDKGY38FBWLvgaDx45zo9WQRUT3dKYnjwih2yJD9mkrocEZXo1ex8G81dwSM1fwqWpWkeS3v86pgKt",
            ),
            (
                "m/0/2147483647'",
                "xprv9wSp6B7kry3Vj9m1zSnLvN3xH8RdsPP1Mh7fAaR7aRLcQMKTR2vidYEeEg2mUCTAwCd6vnxVrcjfy2kRgVsFawNzmjuHc2YmYRmagcEPdU9",
            ),
            (
                "m/0/2147483647'/1",
                "xprv9zFnWC6h2cLgpmSA46vutJzBcfJ8yaJGg8cX1e5StJh45BBciYTRXSd25UEPVuesF9yog62tGAQtHjXajPPdbRCHuWS6T8XA2ECKADdw4Ef",
            ),
            (
                "m/0/2147483647'/1/2147483646'",
                "xprvA1RpRA33e1JQ7ifknakTFpgNXPmW2YvmhqLQYMmrj4xJXXWYpDPS3xz7iAxn8L39njGVyuoseXzU6rcxFLJ8HFsTjSyQbLYnMpCqE2VbFWc",
            ),
            (
                "m/0/2147483647'/1/2147483646'/2",
                "xprvA2nrNbFZABcdryreWet9Ea4LvTJcGsqrMzxHx98MMrotbir7yrKCEXw7nadnHM8Dq38EGfSh6dqA9QWTyefMLEcBYJUuekgW4BYPJcr9E7j",
            ),
        ],
    ),
    (
        "4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4acba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be",
        &[
            (
                "m",
                "xprv9s21ZrQH143K25QhxbucbDDuQ4naNntJRi4KUfWT7xo4EKsHt2QJDu7KXp1A3u7Bi1j8ph3EGsZ9Xvz9dGuVrtHHs7pXeTzjuxBrCmmhgC6",
            ),
            (
                "m/0'",
                "xprv9uPDJpEQgRQfDcW7BkF7eTya6RPxXeJCqCJGHuCJ4GiRVLzkTXBAJMu2qaMWPrS7AANYqdq6vcBcBUdJCVVFceUvJFjaPdGZ2y9WACViL4L",
            ),
        ],
    ),
    (
        "3ddd5602285899a946114506157c7997e5444528f3003f6134712147db19b678",
        &[
            (
                "m",
                "xprv9s21ZrQH143K48vGoLGRPxgo2JNkJ3J3fqkirQC2zVdk5Dgd5w14S7fRDyHH4dWNHUgkvsvNDCkvAwcSHNAQwhwgNMgZhLtQC63zxwhQmRv",
            ),
            (
                "m/0'",
                "xprv9vB7xEWwNp9kh1wQRfCCQMnZUEG21LpbR9NPCNN1dwhiZkjjeGRnaALmPXCX7SgjFTiCTT6bXes17boXtjq3xLpcDjzEuGLQBM5ohqkao9G",
            ),
            (
                "m/0'/1'",
                "xprv9xJocDuwtYCMNAo3Zw76WENQeAS6WGXQ55RCy7tDJ8oALr4FWkuVoHJeHVAcAqiZLE7Je3vZJHxspZdFHfnBEjHqU5hG1Jaj32dVoS6XLT1",
            ),
        ],
    ),
];

const ABOUT: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

fn refusal(text: &str) -> String {
    Mnemonic::parse(text).unwrap_err().to_string()
}

#[test]
fn words_and_seeds_are_those_of_bip_39() {
    for (entropy, words, seed) in BIP_39 {
        let entropy = hex::decode(entropy).unwrap();
        let mnemonic = Mnemonic::from_entropy(&entropy).unwrap();
        assert_eq!(mnemonic.words().as_str(), *words);
        assert_eq!(Mnemonic::parse(words).unwrap().entropy().as_slice(), entropy);
        assert_eq!(hex::encode(&mnemonic.0.to_seed_normalized("TREZOR")), *seed);
    }
}

#[test]
fn derived_keys_are_those_of_bip_32() {
    for (seed, keys) in BIP_32 {
        let seed = hex::decode(seed).unwrap();
        for (path, key) in *keys {
            let expected: XPrv = key.parse().unwrap();
            let derived = derive(&seed, &path.parse().unwrap()).unwrap();
            assert_eq!(*derived.to_bytes(), expected.to_bytes(), "{path}");
        }
    }
}

/// The key at m/44'/60'/0'/0/0 of these words is known from other wallets; those at our path, and their addresses, were
/// computed by a program of its own, from the two BIPs and BIP-350 alone.
#[test]
fn words_stand_for_the_same_account_forever() {
    let seed = Mnemonic::parse(ABOUT).unwrap().0.to_seed_normalized("");
    let elsewhere = derive(&seed, &"m/44'/60'/0'/0/0".parse().unwrap()).unwrap();
    let known = "1ab42cc412b618bdea3a599e3c9bae199ebf030895b039e9db1e30dafb12b727";
    assert_eq!(hex::encode(elsewhere.to_bytes().as_slice()), known);
    let art = format!("{}art", "abandon ".repeat(23));
    for (words, key, address) in [
        (
            ABOUT,
            "3644edc4c814122551307e726ec30f50e0208590752bc3d25ff574d064528b26",
            "neuro1h6g7kz2mskqlde3awuvq84l60cm5zcuwldz3p5",
        ),
        (
            art.as_str(),
            "0d3792eaaa77b26b03dbdb89eb27f3aed7a307280676fe9495634f5d2187acef",
            "neuro1vykyedp6xyjzes9tmyunw5p3qkuakhhlfdzmq7",
        ),
        (
            BIP_39[1].1,
            "1413136bc8c4d1a11bfbe4f5e9c0f0d2bce977d2cdbd6bfc846ed0741fbea83c",
            "neuro1lvc67geqyazdf6gyhtpztk288ysyu0lv7l2u4f",
        ),
    ] {
        let secret = Mnemonic::parse(words).unwrap().secret_key().unwrap();
        assert_eq!(hex::encode(secret.to_bytes().as_slice()), key);
        assert_eq!(Address::of(&secret.public()).to_string(), address);
    }
}

#[test]
fn a_word_that_is_not_in_the_list_is_named_with_its_place_and_what_was_meant() {
    let third = |word: &str| refusal(&ABOUT.replacen("abandon abandon abandon", &format!("abandon abandon {word}"), 1));
    assert_eq!(third("abandn"), "word 3 `abandn` is not in the list; did you mean abandon?");
    assert_eq!(third("ABANDONED"), "word 3 `abandoned` is not in the list; did you mean abandon?");
    assert_eq!(third("bandon"), "word 3 `bandon` is not in the list; did you mean abandon?");
    assert_eq!(third("xylophone"), "word 3 `xylophone` is not in the list");
    assert_eq!(third("cae"), "word 3 `cae` is not in the list; did you mean cage, cake or can?");
}

#[test]
fn the_wrong_number_of_words_and_a_wrong_order_are_said_to_be_that() {
    for (text, count) in [("", 0), (" \n", 0), ("zoo zoo", 2), (&"zoo ".repeat(11), 11), (&"zoo ".repeat(15), 15)] {
        assert_eq!(Mnemonic::parse(text).unwrap_err(), MnemonicError::Count(count));
    }
    assert_eq!(Mnemonic::parse(&"abandn ".repeat(25)).unwrap_err(), MnemonicError::Count(25));
    assert_eq!(Mnemonic::parse(&"zoo ".repeat(12)).unwrap_err(), MnemonicError::Checksum);
    let swapped = BIP_39[1].1.replace("legal winner thank yellow", "winner legal thank yellow");
    assert_eq!(Mnemonic::parse(&swapped).unwrap_err(), MnemonicError::Checksum);
}

#[test]
fn a_mistake_that_may_be_another_secret_is_not_repeated() {
    let said = refusal("1ab42cc412b618bdea3a599e3c9bae199ebf030895b039e9db1e30dafb12b727");
    assert_eq!(said, "word 1 is longer than any in the list");
}

#[test]
fn new_words_are_always_others_and_never_printed() {
    let (one, other) = (Mnemonic::generate().unwrap(), Mnemonic::generate().unwrap());
    assert_ne!(one.words(), other.words());
    assert_eq!(one.words().split(' ').count(), 12);
    assert_eq!(format!("{one:?}"), "Mnemonic(…)");
    assert_eq!(Mnemonic::from_entropy(&[0; 20]).unwrap_err(), MnemonicError::Entropy(20));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn prop_capitals_and_spaces_change_nothing(
        entropy in prop_oneof![prop::collection::vec(any::<u8>(), 16), prop::collection::vec(any::<u8>(), 32)],
        gaps in prop::collection::vec("[ \t\r\n\u{a0}\u{3000}]{1,3}", 24),
        capitals: u64,
    ) {
        let mnemonic = Mnemonic::from_entropy(&entropy).unwrap();
        let mut typed = gaps[0].clone();
        for ((place, word), gap) in mnemonic.words().split(' ').enumerate().zip(&gaps) {
            typed += &if capitals >> place & 1 == 1 { word.to_uppercase() } else { word.to_owned() };
            typed += gap;
        }
        let read = Mnemonic::parse(&typed).unwrap();
        prop_assert_eq!(read.entropy().to_vec(), entropy);
    }

    #[test]
    fn prop_no_text_makes_the_parser_panic(text in "\\PC{0,40}|([a-z]{1,9} ){0,26}") {
        let _ = Mnemonic::parse(&text).map_err(|error| error.to_string());
    }
}

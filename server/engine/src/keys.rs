//! The cluster's key ring: what signs links and cookies and seals database URLs. The first key signs and
//! seals, all verify and open, so that keys can be changed without signing anybody out.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use rand::RngCore;
use sha2::{Digest, Sha256};

use crate::error::{EngineError, Result};

/// The bytes of one key.
pub const KEY_BYTES: usize = 64;

/// Keys in order of age, newest first; never empty.
#[derive(Clone)]
pub struct KeyRing {
    first: [u8; KEY_BYTES],
    others: Vec<[u8; KEY_BYTES]>,
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing({} keys, {})", 1 + self.others.len(), self.fingerprint())
    }
}

impl KeyRing {
    /// Reads a key file: one key a line, 128 hexadecimal digits; empty lines and `#` comments are passed
    /// over.
    ///
    /// # Errors
    /// Names the line that is no key.
    pub fn parse(text: &str) -> Result<Self> {
        let mut keys = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bytes = hex::decode(line).ok().and_then(|b| <[u8; KEY_BYTES]>::try_from(b).ok());
            let problem =
                || EngineError::Input(format!("line {}: a key is 128 hexadecimal digits", number + 1));
            keys.push(bytes.ok_or_else(problem)?);
        }
        let mut keys = keys.into_iter();
        match keys.next() {
            Some(first) => Ok(Self { first, others: keys.collect() }),
            None => Err(EngineError::Input("there is no key in it".into())),
        }
    }

    /// A new ring of one random key.
    #[must_use]
    pub fn generate() -> Self {
        let mut first = [0; KEY_BYTES];
        rand::rng().fill_bytes(&mut first);
        Self { first, others: Vec::new() }
    }

    /// The text that [`KeyRing::parse`] reads.
    #[must_use]
    pub fn to_text(&self) -> String {
        std::iter::once(&self.first).chain(&self.others).map(|k| format!("{}\n", hex::encode(k))).collect()
    }

    /// Names the ring without telling it: equal on nodes that have the same keys.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(b"rowhouse key fingerprint");
        for key in std::iter::once(&self.first).chain(&self.others) {
            digest.update(key);
        }
        hex::encode(digest.finalize()).chars().take(16).collect()
    }

    /// The bytes for signing cookies, newest first.
    pub fn cookie_keys(&self) -> impl Iterator<Item = [u8; 32]> + '_ {
        std::iter::once(&self.first).chain(&self.others).map(|key| derive(key, "cookie"))
    }

    /// The keys for what nodes tell each other, newest first.
    pub fn bus_keys(&self) -> impl Iterator<Item = [u8; 32]> + '_ {
        std::iter::once(&self.first).chain(&self.others).map(|key| derive(key, "bus"))
    }

    fn mac(key: &[u8; KEY_BYTES], purpose: &str, message: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&derive(key, purpose)).ok()?;
        mac.update(message);
        Some(mac)
    }

    /// A signature for one purpose; it is worth nothing for another.
    #[must_use]
    pub fn sign(&self, purpose: &str, message: &[u8]) -> String {
        Self::mac(&self.first, purpose, message)
            .map(|mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
            .unwrap_or_default()
    }

    /// Whether any key of the ring made the signature.
    #[must_use]
    pub fn verify(&self, purpose: &str, message: &[u8], signature: &str) -> bool {
        let Ok(given) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        std::iter::once(&self.first)
            .chain(&self.others)
            .filter_map(|key| Self::mac(key, purpose, message))
            .any(|mac| mac.verify_slice(&given).is_ok())
    }

    /// Encrypts a secret for storage.
    ///
    /// # Errors
    /// Only if the cipher refuses, which it does for texts of many gigabytes.
    pub fn seal(&self, purpose: &str, plain: &str) -> Result<String> {
        let mut nonce = [0; 12];
        rand::rng().fill_bytes(&mut nonce);
        let cipher = Aes256Gcm::new(&derive(&self.first, purpose).into());
        let payload = Payload { msg: plain.as_bytes(), aad: purpose.as_bytes() };
        let sealed = cipher
            .encrypt(Nonce::from_slice(&nonce), payload)
            .map_err(|_| EngineError::Other("a secret could not be encrypted".into()))?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Decrypts what [`KeyRing::seal`] made with any key of the ring.
    ///
    /// # Errors
    /// If no key fits: the key file is another than the one it was sealed with.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<String> {
        let foreign =
            || EngineError::Other("a stored secret was sealed with a key that is not in the key file".into());
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| foreign())?;
        let (nonce, text) = bytes.split_at_checked(12).ok_or_else(foreign)?;
        std::iter::once(&self.first)
            .chain(&self.others)
            .find_map(|key| {
                let cipher = Aes256Gcm::new(&derive(key, purpose).into());
                cipher.decrypt(Nonce::from_slice(nonce), Payload { msg: text, aad: purpose.as_bytes() }).ok()
            })
            .and_then(|plain| String::from_utf8(plain).ok())
            .ok_or_else(foreign)
    }
}

/// One key for each purpose, so that none can stand in for another.
fn derive(key: &[u8; KEY_BYTES], purpose: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(b"rowhouse ");
    digest.update(purpose.as_bytes());
    digest.update([0]);
    digest.update(key);
    digest.finalize().into()
}

/// 256 random bits for a link or a session, fit for URLs.
#[must_use]
pub fn random_token() -> String {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of a token: enough to know it again, nothing to use.
#[must_use]
pub fn hash_token(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring_of(keys: &[&KeyRing]) -> KeyRing {
        KeyRing::parse(&keys.iter().map(|k| k.to_text()).collect::<String>()).unwrap()
    }

    #[test]
    fn an_older_key_still_verifies_and_opens() {
        let (old, new) = (KeyRing::generate(), KeyRing::generate());
        let both = ring_of(&[&new, &old]);
        let (sealed, signed) = (old.seal("url", "secret").unwrap(), old.sign("link", b"x"));
        assert_eq!(both.open("url", &sealed).unwrap(), "secret");
        assert!(both.verify("link", b"x", &signed));
        assert!(!both.verify("other", b"x", &signed));
        assert!(!both.verify("link", b"y", &signed));
        assert!(new.open("url", &sealed).is_err());
        assert!(old.open("other", &sealed).is_err());
    }

    #[test]
    fn a_bad_line_is_named() {
        let text = format!("# keys\n{}abc\n", KeyRing::generate().to_text());
        assert!(KeyRing::parse(&text).unwrap_err().to_string().contains("line 3"));
        assert!(KeyRing::parse("# none\n").is_err());
    }
}

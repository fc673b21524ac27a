//! The code at the end of every message: HMAC-SHA-256 over what it is for and its bytes.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::Refused;

/// Bytes of a code.
const CODE: usize = 32;

/// Makes and checks codes. Keys in order of age, newest first: the first seals, all open.
#[derive(Clone)]
pub struct Sealer(Vec<Hmac<Sha256>>);

impl Sealer {
    /// From the keys of the ring that were derived for this purpose.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = [u8; 32]>) -> Self {
        let keyed = |key: [u8; 32]| <Hmac<Sha256> as Mac>::new_from_slice(&key).ok();
        Self(keys.into_iter().filter_map(keyed).collect())
    }

    /// Appends the code. `purpose` keeps a message of one kind from being taken for another.
    pub fn seal(&self, purpose: &str, bytes: &mut Vec<u8>) {
        let code = self.0.first().map(|key| over(key, purpose, bytes).finalize().into_bytes());
        bytes.extend_from_slice(code.as_deref().unwrap_or(&[0; CODE]));
    }

    /// What stands before the code.
    ///
    /// # Errors
    /// [`Refused::Seal`] unless a key of the ring made the code for exactly this.
    pub fn open<'b>(&self, purpose: &str, bytes: &'b [u8]) -> Result<&'b [u8], Refused> {
        let end = bytes.len().checked_sub(CODE).ok_or(Refused::Seal)?;
        let (inside, code) = bytes.split_at_checked(end).ok_or(Refused::Seal)?;
        let made = |key: &Hmac<Sha256>| over(key, purpose, inside).verify_slice(code).is_ok();
        if self.0.iter().any(made) { Ok(inside) } else { Err(Refused::Seal) }
    }
}

fn over(key: &Hmac<Sha256>, purpose: &str, bytes: &[u8]) -> Hmac<Sha256> {
    let mut code = key.clone();
    code.update(purpose.as_bytes());
    code.update(&[0]);
    code.update(bytes);
    code
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealer({} keys)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(by: &Sealer, purpose: &str, text: &[u8]) -> Vec<u8> {
        let mut bytes = text.to_vec();
        by.seal(purpose, &mut bytes);
        bytes
    }

    #[test]
    fn older_keys_open_and_strange_ones_do_not() {
        let (old, new, both) =
            (Sealer::new([[1; 32]]), Sealer::new([[2; 32]]), Sealer::new([[2; 32], [1; 32]]));
        assert_eq!(both.open("a", &sealed(&old, "a", b"x")), Ok(&b"x"[..]));
        assert_eq!(new.open("a", &sealed(&both, "a", b"x")), Ok(&b"x"[..]));
        assert_eq!(new.open("a", &sealed(&old, "a", b"x")), Err(Refused::Seal));
    }

    #[test]
    fn any_altered_byte_and_any_other_purpose_is_refused() {
        let sealer = Sealer::new([[7; 32]]);
        let whole = sealed(&sealer, "note", b"hello");
        for at in 0..whole.len() {
            let mut altered = whole.clone();
            altered[at] ^= 1;
            assert_eq!(sealer.open("note", &altered), Err(Refused::Seal));
            assert_eq!(sealer.open("note", &whole[..at]), Err(Refused::Seal));
        }
        assert_eq!(sealer.open("page", &whole), Err(Refused::Seal));
        assert_eq!(sealer.open("note", &whole), Ok(&b"hello"[..]));
        let keyless = Sealer::new([]);
        assert_eq!(keyless.open("note", &sealed(&keyless, "note", b"x")), Err(Refused::Seal));
    }
}

//! Form tokens. Each is bound to a session by its secret, and masked with fresh random bytes, so that no two
//! are alike and compressed pages tell nothing about them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use rand::RngCore;
use sha2::Sha256;
use subtle::ConstantTimeEq;

fn bound(secret: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length
    <Hmac<Sha256> as Mac>::new_from_slice(secret)
        .map(|mut mac| {
            mac.update(b"rowhouse form");
            mac.finalize().into_bytes().into()
        })
        .unwrap_or([0; 32])
}

fn xor(a: &[u8], b: &[u8]) -> Vec<u8> {
    a.iter().zip(b).map(|(a, b)| a ^ b).collect()
}

/// A token for one page.
pub(super) fn token(secret: &[u8]) -> String {
    let mut mask = [0_u8; 32];
    rand::rng().fill_bytes(&mut mask);
    URL_SAFE_NO_PAD.encode([mask.as_slice(), &xor(&mask, &bound(secret))].concat())
}

/// Whether the token was made for the session of this secret.
pub(super) fn check(secret: &[u8], token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
    let Some((mask, masked)) = bytes.split_at_checked(32) else { return false };
    masked.len() == mask.len() && bool::from(xor(mask, masked).ct_eq(&bound(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_its_session_only() {
        let (mine, other) = ([1_u8; 32], [2_u8; 32]);
        let first = token(&mine);
        assert_ne!(first, token(&mine));
        assert!(check(&mine, &first) && check(&mine, &token(&mine)));
        assert!(!check(&other, &first));
        for bad in ["", "!", "AAAA", first.trim_end_matches(|_| false).get(..43).unwrap()] {
            assert!(!check(&mine, bad), "{bad}");
        }
        assert!(!check(&mine, &format!("{first}AAAA")));
    }
}

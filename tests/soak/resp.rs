//! Where an answer of Redis ends, and whether it is a message of a subscription (RESP2 and RESP3).

/// The length of the first whole answer in `bytes`.
pub fn frame(bytes: &[u8]) -> Option<usize> {
    let line = bytes.windows(2).position(|two| two == b"\r\n")?;
    let end = line + 2;
    let count = || std::str::from_utf8(&bytes[1..line]).ok()?.parse::<i64>().ok();
    match bytes[0] {
        b'$' | b'!' | b'=' => {
            let Ok(length) = usize::try_from(count()?) else { return Some(end) };
            (bytes.len() >= end + length + 2).then_some(end + length + 2)
        }
        kind @ (b'*' | b'>' | b'~' | b'%' | b'|') => {
            let elements = count()?.max(0) * if matches!(kind, b'%' | b'|') { 2 } else { 1 };
            // attributes stand before the answer that they belong to
            let elements = elements + i64::from(kind == b'|');
            let mut at = end;
            for _ in 0..elements {
                at += frame(&bytes[at..])?;
            }
            Some(at)
        }
        _ => Some(end),
    }
}

/// Whether somebody published it.
pub fn is_message(frame: &[u8]) -> bool {
    let Some(rest) = frame.strip_prefix(b"*").or_else(|| frame.strip_prefix(b">")) else { return false };
    let word = rest.windows(2).position(|two| two == b"\r\n").map(|at| &rest[at + 2..]);
    let words = [&b"$7\r\nmessage\r\n"[..], b"$8\r\npmessage\r\n", b"$8\r\nsmessage\r\n"];
    word.is_some_and(|word| words.iter().any(|known| word.starts_with(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\na\r\nbc\r\n";

    #[test]
    fn answers_end_where_they_end() {
        let whole: &[&[u8]] = &[
            b"+OK\r\n",
            b":12\r\n",
            b"$-1\r\n",
            b"$5\r\na\r\nbc\r\n",
            b"*-1\r\n",
            b"*0\r\n",
            b"*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
            b"%1\r\n+a\r\n:1\r\n",
            MESSAGE,
        ];
        for answer in whole {
            let mut more = answer.to_vec();
            more.extend_from_slice(b"+next\r\n");
            assert_eq!(frame(&more), Some(answer.len()), "{}", String::from_utf8_lossy(answer));
            for short in 0..answer.len() {
                assert_eq!(frame(&answer[..short]), None, "{short} of {}", String::from_utf8_lossy(answer));
            }
        }
    }

    #[test]
    fn messages_are_told_from_other_answers() {
        assert!(is_message(MESSAGE));
        assert!(is_message(b">3\r\n$7\r\nmessage\r\n"));
        assert!(!is_message(b"*3\r\n$9\r\nsubscribe\r\n"));
        assert!(!is_message(b"$7\r\nmessage\r\n"));
    }
}

//! GIF without decoding: the blocks of the file are walked and copied, so that frames are counted, what
//! follows the end is cut off, and comments and foreign application data (where other formats hide) are left
//! out. The pictures themselves stay as they are. Layout: GIF89a specification, 1990.

/// What the walk found.
pub(crate) struct Walked {
    pub width: u16,
    pub height: u16,
    pub frames: u32,
    pub clean: Vec<u8>,
}

/// Walks a whole GIF; `None` if it does not hold together.
pub(crate) fn walk(bytes: &[u8]) -> Option<Walked> {
    let mut input = Input { rest: bytes };
    let mut clean = Vec::with_capacity(bytes.len());
    let header = input.take(13)?;
    clean.extend_from_slice(header);
    let width = u16::from_le_bytes(*header.get(6..)?.first_chunk()?);
    let height = u16::from_le_bytes(*header.get(8..)?.first_chunk()?);
    clean.extend_from_slice(input.take(color_table(*header.get(10)?))?);
    let mut frames = 0;
    loop {
        match input.take(1)? {
            b"\x3b" => break,
            b"\x2c" => {
                frames += 1;
                copy_image(&mut input, &mut clean)?;
            }
            b"\x21" => copy_extension(&mut input, &mut clean)?,
            // Some writers pad between blocks.
            b"\0" => {}
            _ => return None,
        }
    }
    clean.push(0x3b);
    (frames > 0 && width > 0 && height > 0).then_some(Walked { width, height, frames, clean })
}

/// Bytes of the colour table that a packed field announces.
fn color_table(packed: u8) -> usize {
    if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 0x07) + 1) }
}

fn copy_image(input: &mut Input<'_>, clean: &mut Vec<u8>) -> Option<()> {
    let descriptor = input.take(9)?;
    clean.push(0x2c);
    clean.extend_from_slice(descriptor);
    clean.extend_from_slice(input.take(color_table(*descriptor.get(8)?))?);
    clean.extend_from_slice(input.take(1)?);
    copy_sub_blocks(input, Some(clean))
}

fn copy_extension(input: &mut Input<'_>, clean: &mut Vec<u8>) -> Option<()> {
    let label = *input.take(1)?.first()?;
    let loops = label == 0xff && input.rest.starts_with(b"\x0bNETSCAPE2.0");
    let kept = label == 0xf9 || loops;
    if kept {
        clean.extend_from_slice(&[0x21, label]);
    }
    copy_sub_blocks(input, kept.then_some(clean))
}

fn copy_sub_blocks(input: &mut Input<'_>, mut clean: Option<&mut Vec<u8>>) -> Option<()> {
    loop {
        let length = *input.take(1)?.first()?;
        let block = input.take(usize::from(length))?;
        if let Some(clean) = clean.as_mut() {
            clean.push(length);
            clean.extend_from_slice(block);
        }
        if length == 0 {
            return Some(());
        }
    }
}

struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }
}

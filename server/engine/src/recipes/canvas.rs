//! A small canvas for flat pictures: rectangles, triangles and rings in plain colours, with soft edges.

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

/// A colour as red, green and blue.
pub(super) type Colour = [u8; 3];

/// A picture that is being drawn.
pub(super) struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

/// A rectangle by its corner and its size, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Rect {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) w: f32,
    pub(super) h: f32,
}

/// A part of a ring: radii in pixels, angles as parts of a turn from the top, clockwise.
#[derive(Clone, Copy)]
pub(super) struct Ring {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) inner: f32,
    pub(super) outer: f32,
    pub(super) from: f32,
    pub(super) to: f32,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "coordinates are small and clamped to the picture"
)]
impl Canvas {
    pub(super) fn new(width: u32, height: u32, ground: Colour) -> Self {
        let pixels = ground.iter().copied().cycle().take((width * height * 3) as usize).collect();
        Self { width, height, pixels }
    }

    /// Fills, in each row from `top` to `bottom`, the stretch that `span` gives, mixing at its ends.
    fn rows(&mut self, top: f32, bottom: f32, colour: Colour, span: impl Fn(f32) -> (f32, f32)) {
        let rows = top.max(0.0).round() as usize..bottom.clamp(0.0, self.height as f32).round() as usize;
        let line = self.width as usize * 3;
        for (y, row) in self.pixels.chunks_exact_mut(line).enumerate().take(rows.end).skip(rows.start) {
            let (left, right) = span(y as f32 + 0.5);
            let first = left.max(0.0).floor() as usize;
            let last = right.clamp(0.0, self.width as f32).ceil() as usize;
            for (x, pixel) in row.chunks_exact_mut(3).enumerate().take(last).skip(first) {
                let x = x as f32;
                mix(pixel, colour, (right.min(x + 1.0) - left.max(x)).clamp(0.0, 1.0));
            }
        }
    }

    pub(super) fn rect(&mut self, r: Rect, colour: Colour) {
        self.rows(r.y, r.y + r.h, colour, |_| (r.x, r.x + r.w));
    }

    /// A gable: a triangle over the rectangle's upper edge, as high as `height`.
    pub(super) fn gable(&mut self, r: Rect, height: f32, colour: Colour) {
        let middle = r.x + r.w / 2.0;
        self.rows(r.y - height, r.y, colour, |y| {
            let half = r.w / 2.0 * (1.0 - (r.y - y) / height);
            (middle - half, middle + half)
        });
    }

    pub(super) fn ring(&mut self, r: Ring, colour: Colour) {
        let line = self.width as usize * 3;
        let rows = (r.y - r.outer).max(0.0) as usize..(r.y + r.outer + 1.0).max(0.0) as usize;
        for (y, row) in self.pixels.chunks_exact_mut(line).enumerate().take(rows.end).skip(rows.start) {
            let dy = y as f32 + 0.5 - r.y;
            let half = (r.outer * r.outer - dy * dy).max(0.0).sqrt() + 1.0;
            let cells = (r.x - half).max(0.0) as usize..(r.x + half + 1.0).max(0.0) as usize;
            for (x, pixel) in row.chunks_exact_mut(3).enumerate().take(cells.end).skip(cells.start) {
                let dx = x as f32 + 0.5 - r.x;
                let away = dx.hypot(dy);
                let edge = (r.outer - away + 0.5).min(away - r.inner + 0.5).clamp(0.0, 1.0);
                if edge > 0.0 && within(turn(dx, dy), r.from, r.to) {
                    mix(pixel, colour, edge);
                }
            }
        }
    }

    /// The picture as PNG.
    pub(super) fn png(&self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        PngEncoder::new(&mut out)
            .write_image(&self.pixels, self.width, self.height, ExtendedColorType::Rgb8)
            .ok()?;
        Some(out)
    }
}

/// The direction as a part of a turn from the top, clockwise.
fn turn(dx: f32, dy: f32) -> f32 {
    let turn = dx.atan2(-dy) / std::f32::consts::TAU;
    if turn < 0.0 { turn + 1.0 } else { turn }
}

fn within(turn: f32, from: f32, to: f32) -> bool {
    to - from >= 1.0 || [turn - 1.0, turn, turn + 1.0].iter().any(|t| (from..to).contains(t))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mixture of two bytes is between them"
)]
fn mix(pixel: &mut [u8], colour: Colour, part: f32) {
    for (old, new) in pixel.iter_mut().zip(colour) {
        *old = f32::from(*old).mul_add(1.0 - part, f32::from(new) * part).round() as u8;
    }
}

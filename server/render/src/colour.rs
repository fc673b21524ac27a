//! Colours as people perceive them (OKLCH), and whether text in them can be read.
//!
//! Conversions follow Björn Ottosson's definition of Oklab (2020) and the sRGB standard; contrast is the
//! relative-luminance ratio of WCAG 2.2. A tenant's accent colour that fails against the paper is shifted in
//! lightness, keeping its hue, until it passes.

use std::fmt;

/// Least contrast of text with its background (WCAG 2.2, 1.4.3, level AA).
pub const READABLE: f64 = 4.5;

/// A colour as lightness, chroma and hue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Oklch {
    /// Perceived lightness, 0 to 1.
    pub l: f64,
    /// Chroma, 0 (grey) to about 0.37.
    pub c: f64,
    /// Hue in degrees.
    pub h: f64,
}

/// The text is not a colour.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a colour; write #rgb, #rrggbb or oklch(0.56 0.15 35)")]
pub struct NotAColour(pub String);

impl Oklch {
    /// Reads `#rgb`, `#rrggbb` or `oklch(L C H)`, L as a number or in percent.
    ///
    /// # Errors
    /// If it is none of them, or a number is out of range.
    pub fn parse(text: &str) -> Result<Self, NotAColour> {
        let wrong = || NotAColour(text.chars().take(60).collect());
        let trimmed = text.trim();
        if let Some(hex) = trimmed.strip_prefix('#') {
            return from_hex(hex).ok_or_else(wrong);
        }
        let inner =
            trimmed.strip_prefix("oklch(").and_then(|rest| rest.strip_suffix(')')).ok_or_else(wrong)?;
        let numbers: Option<Vec<f64>> = inner.split_whitespace().map(number).collect();
        match numbers.as_deref() {
            Some([l, c, h])
                if (0.0..=1.0).contains(l) && (0.0..=0.5).contains(c) && (-360.0..=720.0).contains(h) =>
            {
                Ok(Self { l: *l, c: *c, h: h.rem_euclid(360.0) })
            }
            _ => Err(wrong()),
        }
    }

    /// The contrast of text in this colour on `other`, 1 to 21, both as a screen shows them.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// This colour, or the nearest one of the same hue that has at least `least` contrast with `paper`: darker
    /// on light paper, lighter on dark paper.
    #[must_use]
    pub fn readable_on(self, paper: Self, least: f64) -> Self {
        let step = if paper.luminance() > 0.18 { -0.005 } else { 0.005 };
        let mut colour = self;
        while colour.contrast(paper) < least && (0.0..=1.0).contains(&(colour.l + step)) {
            colour.l += step;
        }
        colour
    }

    /// The colour as `#rrggbb`, as near as a screen shows it: what colour fields of browsers take.
    #[must_use]
    pub fn to_hex(self) -> String {
        let channel = |v: f64| {
            let v = v.clamp(0.0, 1.0);
            let v = if v <= 0.003_130_8 { 12.92 * v } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
            format!("{:02x}", (v * 255.0).round() as u8)
        };
        format!("#{}", self.in_gamut().linear().map(channel).concat())
    }

    /// Relative luminance (WCAG 2.2) after bringing the colour into the sRGB gamut.
    fn luminance(self) -> f64 {
        let [r, g, b] = self.in_gamut().linear();
        0.2126 * r.clamp(0.0, 1.0) + 0.7152 * g.clamp(0.0, 1.0) + 0.0722 * b.clamp(0.0, 1.0)
    }

    /// The same lightness and hue with as much chroma as sRGB can show.
    fn in_gamut(self) -> Self {
        let fits = |c: f64| Self { c, ..self }.linear().iter().all(|v| (-0.0005..=1.0005).contains(v));
        if fits(self.c) {
            return self;
        }
        let (mut low, mut high) = (0.0, self.c);
        for _ in 0..24 {
            let middle = f64::midpoint(low, high);
            if fits(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Self { c: low, ..self }
    }

    /// Linear-light sRGB; outside 0 to 1 if the screen cannot show it.
    fn linear(self) -> [f64; 3] {
        let (a, b) = (self.c * self.h.to_radians().cos(), self.c * self.h.to_radians().sin());
        let l = (self.l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (self.l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (self.l - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
        ]
    }
}

impl fmt::Display for Oklch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "oklch({:.4} {:.4} {:.2})", self.l, self.c, self.h)
    }
}

fn number(text: &str) -> Option<f64> {
    let value = match text.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().ok()? / 100.0,
        None => text.strip_suffix("deg").unwrap_or(text).parse().ok()?,
    };
    value.is_finite().then_some(value)
}

fn from_hex(hex: &str) -> Option<Oklch> {
    if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let full = match hex.len() {
        3 => hex.chars().flat_map(|c| [c, c]).collect(),
        6 => hex.to_owned(),
        _ => return None,
    };
    let all = u32::from_str_radix(&full, 16).ok()?;
    let [_, r, g, b] = all.to_be_bytes().map(|byte| {
        let v = f64::from(byte) / 255.0;
        if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    });
    let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
    let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
    let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
    let a = 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s;
    let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s;
    Some(Oklch {
        l: (0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s).clamp(0.0, 1.0),
        c: a.hypot(b),
        h: b.atan2(a).to_degrees().rem_euclid(360.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Oklch {
        Oklch::parse(text).unwrap()
    }

    #[test]
    fn known_colours_have_their_known_values() {
        // CSS Color 4, section 9.3 and its worked samples
        for (hex, l, c, h) in [
            ("#ff0000", 0.628, 0.2577, 29.23),
            ("#00ff00", 0.8664, 0.2948, 142.5),
            ("#00f", 0.452, 0.3132, 264.05),
        ] {
            let got = colour(hex);
            assert!(
                (got.l - l).abs() < 0.001 && (got.c - c).abs() < 0.001 && (got.h - h).abs() < 0.1,
                "{hex} {got}"
            );
        }
    }

    #[test]
    fn a_colour_of_the_screen_comes_back_as_it_was() {
        for hex in ["#000000", "#ffffff", "#a5502f", "#f2c14e", "#0000ff", "#123456"] {
            assert_eq!(colour(hex).to_hex(), hex);
        }
    }

    #[test]
    fn known_contrasts() {
        let near = |a: &str, b: &str, want: f64| {
            let got = colour(a).contrast(colour(b));
            assert!((got - want).abs() < 0.02, "{a} {b} {got}");
        };
        near("#000", "#fff", 21.0);
        near("#777777", "#ffffff", 4.48);
        near("#767676", "#fff", 4.54);
        near("#ff0000", "#ffffff", 4.0);
    }

    #[test]
    fn an_accent_that_cannot_be_read_is_shifted_and_others_stay() {
        let (light, dark) = (colour("oklch(0.985 0.004 85)"), colour("oklch(0.22 0.015 60)"));
        for text in
            ["#ffff00", "#fff", "#c0ffee", "oklch(0.8 0.1 90)", "oklch(0.9 0.4 140)", "#000", "#1a1a2e"]
        {
            for paper in [light, dark] {
                let got = colour(text).readable_on(paper, READABLE);
                assert!(got.contrast(paper) >= READABLE, "{text} on {paper}: {got}");
                assert!((got.h - colour(text).h).abs() < 1e-9);
            }
        }
        let brick = colour("oklch(0.5 0.15 35)");
        assert_eq!(brick.readable_on(light, READABLE), brick);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in
            ["", "red", "#12", "#12345g", "oklch(1 2)", "oklch(2 0 0)", "oklch(0.5 0.1 NaN)", "#fff;}"]
        {
            assert!(Oklch::parse(text).is_err(), "{text}");
        }
    }
}

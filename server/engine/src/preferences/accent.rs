//! The site's colour in its admin, so that nobody edits the wrong site: the accent of the theme it wears,
//! brought to where it can be read on the admin's own paper.

use rowhouse_render::{
    colour::{Oklch, READABLE},
    context::SettingValue,
};

use crate::{error::Result, pages, site::Site};

/// The admin's paper in light and in dark.
const LIGHT: Oklch = Oklch { l: 0.985, c: 0.004, h: 85.0 };
const DARK: Oklch = Oklch { l: 0.205, c: 0.012, h: 60.0 };
/// The key under which themes keep their colour.
const ACCENT: &str = "accent";

/// The stylesheet that sets the admin's accent; empty for a theme without a colour.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn accent_stylesheet(site: &Site) -> Result<String> {
    let choice = site.look(|s| Box::pin(s.theme_choice())).await?;
    let theme = pages::theme_of(site, &choice)?;
    let settings = pages::theme_settings(&choice, &theme);
    let colour = match settings.get(ACCENT) {
        Some(SettingValue::Text(text)) => Oklch::parse(text).ok(),
        _ => None,
    };
    Ok(colour.map(sheet).unwrap_or_default())
}

fn sheet(colour: Oklch) -> String {
    // on dark paper the least that passes looks dull
    let (light, dark) = (colour.readable_on(LIGHT, READABLE), colour.readable_on(DARK, 6.0));
    format!(":root {{ --accent-light: {light}; --accent-dark: {dark}; }}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_can_be_read_in_the_admin() {
        for text in ["#ffff00", "#ffffff", "#000000", "#a5502f", "oklch(0.47 0.17 262)"] {
            let css = sheet(Oklch::parse(text).unwrap());
            let colours: Vec<Oklch> = css
                .split("oklch(")
                .skip(1)
                .map(|rest| Oklch::parse(&format!("oklch({})", rest.split(')').next().unwrap())).unwrap())
                .collect();
            let [light, dark] = colours.as_slice() else { panic!("{css}") };
            assert!(light.contrast(LIGHT) >= READABLE && dark.contrast(DARK) >= READABLE, "{css}");
        }
    }
}

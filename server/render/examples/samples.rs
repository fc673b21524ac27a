//! Writes every sample page of every theme, with assets, into a folder that any file server can show:
//! `cargo run -p rowhouse-render --example samples -- FOLDER [THEMES]`.

use std::{env, error::Error, fs, path::Path};

use rowhouse_render::{
    Themes,
    context::{SettingValue, Settings, samples},
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let out = arguments.next().ok_or("say which folder to write to")?;
    let themes = Themes::load(arguments.next().as_deref().map(Path::new))?;
    for theme in themes.iter() {
        let accent = Settings::from([("accent".into(), SettingValue::Text("#1f6f5c".into()))]);
        let sheet = theme.stylesheet(&accent);
        for sample in samples::all(theme) {
            let mut values = sample.values;
            if sample.name.starts_with("rtl")
                && let Some(stylesheet) = values.pointer_mut("/site/stylesheet")
            {
                *stylesheet = format!("/acme{}", sheet.address()).into();
            }
            let html = theme.templates().render(sample.template, &values)?;
            let name = sample.template.trim_end_matches(".html");
            write(&format!("{out}/{}/{name}-{}.html", theme.name(), sample.name), html.as_bytes())?;
        }
        for base in ["", "/acme", "/b"] {
            write(&format!("{out}{base}{}", sheet.address()), sheet.css.as_bytes())?;
            for file in theme.asset_files() {
                let address = theme.asset_address(file).ok_or("an asset without an address")?;
                let mut parts = address.splitn(5, '/').skip(2);
                let (Some(owner), Some(hash)) = (parts.next(), parts.next()) else { continue };
                let asset = themes.asset(owner, hash, file).ok_or("an asset without content")?;
                write(&format!("{out}{base}{address}"), asset.bytes)?;
            }
        }
    }
    Ok(())
}

fn write(path: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(Path::new(path).parent().ok_or("no folder")?)?;
    Ok(fs::write(path, bytes)?)
}

//! Themes are embedded: a new, changed or removed theme file makes a new build.

fn main() {
    println!("cargo::rerun-if-changed=../../themes");
    println!("cargo::rerun-if-changed=build.rs");
}

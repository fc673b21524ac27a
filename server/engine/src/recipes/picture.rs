//! The pictures of the recipes, drawn when they are needed: a row of houses by day and at dusk, a joint seen
//! from its end, and the face of a clock.

use super::canvas::{Canvas, Colour, Rect, Ring};

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;

/// The picture of this name as PNG.
pub(super) fn draw(name: &str) -> Option<Vec<u8>> {
    match name {
        "row" => houses(&DAY).png(),
        "street" => houses(&DUSK).png(),
        "joint" => joint().png(),
        "dial" => dial().png(),
        _ => None,
    }
}

struct Light {
    sky: Colour,
    ground: Colour,
    fronts: [Colour; 6],
    doors: [Colour; 5],
    roof: Colour,
    dark: Colour,
    lit: Colour,
    /// Every how many windows one is lit.
    lit_every: usize,
}

const DAY: Light = Light {
    sky: [236, 231, 221],
    ground: [203, 195, 181],
    fronts: [
        [196, 103, 75],
        [223, 178, 122],
        [124, 145, 124],
        [232, 216, 190],
        [171, 84, 66],
        [109, 130, 148],
    ],
    doors: [[41, 78, 74], [152, 46, 43], [228, 168, 62], [45, 60, 92], [92, 108, 62]],
    roof: [70, 60, 56],
    dark: [62, 66, 72],
    lit: [250, 247, 240],
    lit_every: 3,
};

const DUSK: Light = Light {
    sky: [66, 74, 104],
    ground: [38, 40, 54],
    fronts: [[84, 66, 80], [98, 84, 96], [60, 72, 88], [106, 92, 92], [76, 58, 68], [58, 66, 92]],
    doors: [[36, 58, 62], [94, 42, 50], [146, 104, 52], [40, 48, 78], [62, 70, 58]],
    roof: [34, 34, 48],
    dark: [44, 46, 64],
    lit: [246, 204, 120],
    lit_every: 5,
};

/// The fronts, as wide as they come, in parts of the whole.
const WIDTHS: [f32; 9] = [0.11, 0.13, 0.09, 0.12, 0.10, 0.13, 0.10, 0.12, 0.10];

fn houses(light: &Light) -> Canvas {
    let (w, h) = (1280.0, 720.0);
    let mut canvas = Canvas::new(WIDTH, HEIGHT, light.sky);
    canvas.rect(Rect { x: 0.0, y: h * 0.86, w, h: h * 0.14 }, light.ground);
    let mut x = 0.0;
    let fronts = light.fronts.iter().cycle().zip(light.doors.iter().cycle());
    let lifts = [0.0, 26.0, 10.0, 40.0].into_iter().cycle();
    for (at, ((width, lift), (front, door))) in WIDTHS.iter().zip(lifts).zip(fronts).enumerate() {
        let front_rect = Rect { x, y: h * 0.34 - lift, w: w * width, h: h * 0.52 + lift };
        if at % 3 == 1 {
            canvas.rect(Rect { y: front_rect.y - 18.0, h: 18.0, ..front_rect }, light.roof);
        } else {
            canvas.gable(front_rect, 92.0, light.roof);
        }
        canvas.rect(front_rect, *front);
        windows(&mut canvas, light, front_rect, at);
        let door_w = front_rect.w * 0.26;
        let door_x = if at % 2 == 0 { x + front_rect.w * 0.12 } else { x + front_rect.w * 0.62 };
        let (door_y, door_h) = (h * 0.86 - 116.0, 116.0);
        canvas.rect(Rect { x: door_x - 5.0, y: door_y - 7.0, w: door_w + 10.0, h: door_h + 7.0 }, light.sky);
        canvas.rect(Rect { x: door_x, y: door_y, w: door_w, h: door_h }, *door);
        x += front_rect.w;
    }
    canvas
}

fn windows(canvas: &mut Canvas, light: &Light, front: Rect, house: usize) {
    for floor in 0..2_u8 {
        for column in 0..2_u8 {
            let number = house * 4 + usize::from(floor) * 2 + usize::from(column);
            let pane = if number.is_multiple_of(light.lit_every) { light.lit } else { light.dark };
            let x = front.x + front.w * (0.16 + 0.40 * f32::from(column));
            let y = front.y + 34.0 + 104.0 * f32::from(floor);
            let (w, h) = (front.w * 0.27, 72.0);
            canvas.rect(Rect { x: x - 4.0, y: y - 4.0, w: w + 8.0, h: h + 8.0 }, light.sky);
            canvas.rect(Rect { x, y, w, h }, pane);
            canvas.rect(Rect { x, y: y + h / 2.0 - 1.5, w, h: 3.0 }, light.sky);
        }
    }
}

fn joint() -> Canvas {
    let mut canvas = Canvas::new(WIDTH, HEIGHT, [238, 232, 222]);
    let woods: [Colour; 4] = [[190, 132, 84], [221, 176, 122], [150, 92, 58], [205, 152, 100]];
    let mut y = 60.0;
    for (row, wood) in woods.iter().cycle().take(6).enumerate() {
        let reach = if row % 2 == 0 { 820.0 } else { 700.0 };
        canvas.rect(Rect { x: 0.0, y, w: reach, h: 100.0 }, *wood);
        let other = woods.iter().cycle().nth(row + 2).copied().unwrap_or(*wood);
        canvas.rect(Rect { x: reach + 4.0, y, w: 1280.0 - reach - 4.0, h: 100.0 }, other);
        for line in [24.0, 51.0, 79.0] {
            let grain = wood.map(|c| c.saturating_sub(14));
            canvas.rect(Rect { x: 0.0, y: y + line, w: reach, h: 3.0 }, grain);
        }
        y += 100.0;
    }
    canvas
}

fn dial() -> Canvas {
    let mut canvas = Canvas::new(WIDTH, HEIGHT, [228, 224, 214]);
    let (x, y) = (640.0, 360.0);
    let whole = |inner, outer| Ring { x, y, inner, outer, from: 0.0, to: 1.0 };
    canvas.ring(whole(0.0, 310.0), [43, 58, 85]);
    canvas.ring(whole(0.0, 286.0), [245, 240, 229]);
    for (from, colour) in [(0.02, [186, 84, 62]), (0.38, [219, 166, 78]), (0.71, [96, 128, 116])] {
        canvas.ring(Ring { x, y, inner: 130.0, outer: 262.0, from, to: from + 0.24 }, colour);
    }
    for mark in 0..12_u8 {
        let at = f32::from(mark) / 12.0;
        canvas
            .ring(Ring { x, y, inner: 268.0, outer: 282.0, from: at - 0.004, to: at + 0.004 }, [43, 58, 85]);
    }
    canvas.ring(Ring { x, y, inner: 0.0, outer: 236.0, from: 0.158, to: 0.170 }, [43, 58, 85]);
    canvas.ring(Ring { x, y, inner: 0.0, outer: 168.0, from: 0.838, to: 0.858 }, [43, 58, 85]);
    canvas.ring(whole(0.0, 22.0), [43, 58, 85]);
    canvas
}

//! Draws the samples anew: `cargo run -p hostkit-examples --bin draw_samples`.

use std::fs;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageResult, Rgb, RgbImage, Rgba, RgbaImage};

fn main() -> ImageResult<()> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/thumbnails/samples");
    let sunset = png(sunset_over_the_sea())?;
    fs::write(samples.join("broken.png"), &sunset[..sunset.len() / 2])?;
    fs::write(samples.join("sunset.png"), sunset)?;
    fs::write(samples.join("ball.png"), png(ball())?)?;
    let mut hills = Vec::new();
    JpegEncoder::new_with_quality(&mut hills, 50).encode_image(&rows_of_hills())?;
    fs::write(samples.join("hills.jpg"), hills)?;
    Ok(())
}

fn png(image: impl Into<DynamicImage>) -> ImageResult<Vec<u8>> {
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Up);
    image.into().write_with_encoder(encoder)?;
    Ok(png)
}

/// 1200 by 800, in bands: what lies side by side is alike, and so the file is small.
fn sunset_over_the_sea() -> RgbImage {
    RgbImage::from_fn(1200, 800, |x, y| {
        let from_sun = (x as f32 - 600.0).hypot(y as f32 - 460.0);
        let glitters = x.abs_diff(600) < (y / 16 * 37) % 110;
        match y {
            0..520 if from_sun < 110.0 => Rgb([255, 236, 170]),
            0..520 => {
                let band = (from_sun / 60.0).min(12.0) as u8;
                Rgb([250 - 12 * band, 170 - 11 * band, 110 + 3 * band])
            }
            _ if y % 16 < 5 && glitters => Rgb([250, 200, 140]),
            _ => Rgb([40, 50, 100 - ((y - 520) / 40 * 6) as u8]),
        }
    })
}

/// 600 by 800, the ridges paler the farther away they are.
fn rows_of_hills() -> RgbImage {
    let ridge = |row: f32, x: f32| {
        270.0 + 80.0 * row + (50.0 - 6.0 * row) * (x / (100.0 - 10.0 * row) + 2.3 * row).sin()
    };
    RgbImage::from_fn(600, 800, |x, y| {
        let row = (0..6u8).rev().find(|row| y as f32 > ridge(f32::from(*row), x as f32));
        row.map_or(Rgb([196, 222, 240]), |row| Rgb([150 - 24 * row, 185 - 22 * row, 190 - 28 * row]))
    })
}

/// 300 by 300, see-through around it.
fn ball() -> RgbaImage {
    RgbaImage::from_fn(300, 300, |x, y| {
        let (x, y) = (x as f32 - 150.0, y as f32 - 150.0);
        let (out, lit) = (x.hypot(y), (x + 45.0).hypot(y + 45.0));
        match out {
            ..140.0 => Rgba([230 - (lit / 20.0) as u8 * 12, 60, 70, 255]),
            _ => Rgba([0; 4]),
        }
    })
}

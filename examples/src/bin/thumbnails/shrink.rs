//! An image in, its thumbnail out, in the same format and the right way up.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, ImageResult, Limits};

/// What it begins like, whatever its sender calls it: PNG, JPEG or nothing that can be made smaller here.
pub(crate) fn format(image: &[u8]) -> Option<ImageFormat> {
    let format = image::guess_format(image).ok()?;
    [ImageFormat::Png, ImageFormat::Jpeg].contains(&format).then_some(format)
}

/// At most `side` pixels wide and high; a smaller image stays as large as it is. One that would take more than `max_decoded`
/// bytes of memory is an error before it takes any.
pub(crate) fn shrink(image: &[u8], side: u32, max_decoded: u64) -> ImageResult<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(image)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(max_decoded);
    reader.limits(limits.clone());
    let format = reader.format().unwrap_or(ImageFormat::Png);
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms); // a camera's nonsense spoils no image

    let decoded = DynamicImage::from_decoder(decoder)?;
    let is_small = decoded.width() <= side && decoded.height() <= side;
    let mut thumbnail = if is_small { decoded } else { decoded.thumbnail(side, side) };
    thumbnail.apply_orientation(orientation);
    let mut written = Vec::new();
    thumbnail.write_to(&mut Cursor::new(&mut written), format)?;
    Ok(written)
}

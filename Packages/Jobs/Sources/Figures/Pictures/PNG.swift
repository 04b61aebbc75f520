import Compression

extension FigureImage {
  /// The image as a PNG file: 8 bits a colour, no interlacing.
  ///
  /// - Source: ISO/IEC 15948:2004, *Portable Network Graphics*, §5 and §11.
  var png: [UInt8] {
    let header = bytes(UInt32(width)) + bytes(UInt32(height)) + [8, 2, 0, 0, 0]
    var rows: [UInt8] = []
    rows.reserveCapacity(height * (1 + 3 * width))
    for row in 0..<height {
      rows.append(0)  // no filter
      for pixel in pixels[row * width..<(row + 1) * width] {
        rows.append(contentsOf: [pixel.red, pixel.green, pixel.blue])
      }
    }
    return [137, 80, 78, 71, 13, 10, 26, 10] + chunk("IHDR", header)
      + chunk("IDAT", Gzip.compress(rows, level: 9))
      + chunk("IEND", [])
  }
}

private func bytes(_ number: UInt32) -> [UInt8] {
  stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
}

/// A chunk with its length before it and its check sum behind.
private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
  let body = Array(name.utf8) + content
  return bytes(UInt32(content.count)) + body + bytes(Gzip.checksum(body[...]))
}

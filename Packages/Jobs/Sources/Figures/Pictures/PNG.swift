// The only file of this module that knows zlib.
import CZlib

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
    return [137, 80, 78, 71, 13, 10, 26, 10] + chunk("IHDR", header) + chunk("IDAT", deflated(rows))
      + chunk("IEND", [])
  }
}

private func bytes(_ number: UInt32) -> [UInt8] {
  stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
}

/// A chunk with its length before it and its check sum behind.
private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
  let body = Array(name.utf8) + content
  return bytes(UInt32(content.count)) + body + bytes(UInt32(crc32(0, body, uInt(body.count))))
}

/// As a zlib stream.
private func deflated(_ content: [UInt8]) -> [UInt8] {
  var byteCount = compressBound(uLong(content.count))
  var stream = [UInt8](repeating: 0, count: Int(byteCount))
  let status = compress2(&stream, &byteCount, content, uLong(content.count), 9)
  precondition(status == Z_OK, "zlib refused \(content.count) bytes with \(status)")
  return Array(stream.prefix(Int(byteCount)))
}

import Foundation
import Sharding
import TensorCore
import Weights

/// A weight in blocks of 32 numbers of four bits, which share a power of two.
///
/// Two tensors of bytes: `X_blocks` `[…, blocks, 16]`, two numbers a byte, the lower four bits first, and `X_scales`
/// `[…, blocks]`, exponents with 127 added.
///
/// - Source: Open Compute Project 2023, *OCP Microscaling Formats Specification*, §5.2 and 5.3 (E2M1, E8M0).
struct MXFP4: Sendable {
  /// The path and the name of the blocks, which stand for the whole.
  let path: String
  let name: String
  let scalesPath: String
  private let scalesName: String
  /// Of the numbers: the last axis is as long as blocks times 32.
  let shape: [Int]

  private static let blockLength = 32

  /// All weights of the kind among tensors, by their paths.
  static func pairs(in weights: any WeightsFile, _ nameOf: [String: String]) -> [MXFP4] {
    nameOf.compactMap { path, name in
      guard path.hasSuffix("_blocks") else { return nil }
      let scalesPath = path.dropLast("_blocks".count) + "_scales"
      guard let scales = nameOf[String(scalesPath)], let own = weights.shape(of: name), own.count >= 3,
        own.last == blockLength / 2, weights.shape(of: scales) == Array(own.dropLast()),
        weights.elementType(of: name) == "U8", weights.elementType(of: scales) == "U8"
      else { return nil }
      let width = own[own.count - 2].multipliedReportingOverflow(by: blockLength)
      guard !width.overflow else { return nil }
      return MXFP4(
        path: path, name: name, scalesPath: String(scalesPath), scalesName: scales,
        shape: Array(own.dropLast(2)) + [width.partialValue])
    }
  }

  /// The slice of the numbers that a rank holds, in bfloat16, which is exact.
  /// A scale that is no number gives numbers that are none.
  func tensor(_ slice: TensorSlice, in weights: any WeightsFile) throws -> Tensor {
    precondition(slice.ranges.last?.first.map { $0 == 0..<shape.last! } ?? true, "blocks are not cut")
    let rows = TensorSlice(of: Array(shape.dropLast()), ranges: Array(slice.ranges.dropLast()))
    let count = shape.last! / Self.blockLength
    func cut(_ last: [Int]) -> TensorSlice {
      TensorSlice(of: rows.whole + last, ranges: rows.ranges + last.map { [0..<$0] })
    }
    let blocks = try weights.tensor(named: name, slice: cut([count, Self.blockLength / 2]))
    let scales = try weights.tensor(named: scalesName, slice: cut([count]))
    let table = Self.numbers
    let result = Tensor(shape: slice.shape, elementType: .bfloat16) { bytes in
      blocks.withBytes { blocks in
        scales.withBytes { scales in
          for block in 0..<scales.byteCount {
            let first = Int(scales.unsafeLoad(fromByteOffset: block, as: UInt8.self)) * 16
            for byte in 0..<16 {
              let pair = Int(blocks.unsafeLoad(fromByteOffset: block * 16 + byte, as: UInt8.self))
              let place = (block * 32 + 2 * byte) * 2
              bytes.storeBytes(of: table[first + (pair & 15)], toByteOffset: place, as: UInt16.self)
              bytes.storeBytes(of: table[first + (pair >> 4)], toByteOffset: place + 2, as: UInt16.self)
            }
          }
        }
      }
    }
    blocks.releasePages()
    return result
  }

  /// The upper half of each number in float32: of each scale, the sixteen of four bits.
  private static let numbers: [UInt16] = (0..<256).flatMap { scale in
    (0..<16).map { code in
      let size = [0, 0.5, 1, 1.5, 2, 3, 4, 6][code & 7] * pow(2, Double(scale - 127))
      return UInt16(truncatingIfNeeded: Float(code < 8 ? size : -size).bitPattern >> 16)
    }
  }
}

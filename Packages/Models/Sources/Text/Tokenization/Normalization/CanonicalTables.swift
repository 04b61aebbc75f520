internal import Foundation

/// What normal form C needs to know of single characters; made once, when the first text asks for it.
///
/// Foundation decomposes single characters. Its normaliser of whole texts is not used: it leaves marks of Tibetan
/// out of order and turns old Hangul into U+FFFD (seen on Swift 6.3.1).
struct CanonicalTables: Sendable {
  static let shared = CanonicalTables()

  /// The full decomposition of each character that has one, Hangul syllables aside.
  private(set) var decompositions: [UInt32: [UInt32]] = [:]
  /// The character that two make, first in the upper half of the key.
  private(set) var compositions: [UInt64: UInt32] = [:]
  /// The characters that may join the one before them.
  private var seconds: Set<UInt32> = []
  /// Whether a character below 2¹⁶ may change or change others; asking each time costs more than the rest.
  private var active: [Bool] = []

  /// Where characters with a decomposition are.
  private static let ranges: [ClosedRange<UInt32>] = [
    0xC0...0x30FF, 0xF900...0xFB4F, 0x11080...0x11FFF, 0x1D15E...0x1D1C0, 0x2F800...0x2FA1F,
  ]

  private init() {
    var composed: [[UInt32]: UInt32] = [:]
    for value in Self.ranges.joined() {
      guard let scalar = Unicode.Scalar(value), scalar.isAssigned(in: .normalForm) else { continue }
      let text = String(Character(scalar))
      let parts = text.decomposedStringWithCanonicalMapping.unicodeScalars.map(\.value)
      guard parts != [value] else { continue }
      decompositions[value] = parts
      // Characters that Unicode never composes have another form C than themselves.
      if text.precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual([scalar]) {
        composed[parts] = value
      }
    }
    for (parts, value) in composed {
      let first = parts.count == 2 ? parts[0] : composed[parts.dropLast()]
      if let first, let second = parts.last { compositions[Self.key(first, second)] = value }
    }
    seconds = Set(compositions.keys.map { UInt32(truncatingIfNeeded: $0) })
    active = (0..<0x10000).map { $0 >= 0x300 && mayChange($0) }
  }

  static func key(_ first: UInt32, _ second: UInt32) -> UInt64 { UInt64(first) << 32 | UInt64(second) }

  /// Whether a text of nothing but such characters is in form C.
  func isInert(_ value: UInt32) -> Bool {
    value < 0x10000 ? !active[Int(value)] : !mayChange(value)
  }

  private func mayChange(_ value: UInt32) -> Bool {
    if (0x1100..<0x1200).contains(value) || decompositions[value] != nil || seconds.contains(value) {
      return true
    }
    return Self.combiningClass(of: value) != 0
  }

  /// By which marks behind one letter are ordered; 0 for a letter.
  static func combiningClass(of value: UInt32) -> UInt8 {
    guard value >= 0x300, let scalar = Unicode.Scalar(value) else { return 0 }
    let order = scalar.properties.canonicalCombiningClass.rawValue
    return order == 0 || scalar.isAssigned(in: .normalForm) ? order : 0
  }
}

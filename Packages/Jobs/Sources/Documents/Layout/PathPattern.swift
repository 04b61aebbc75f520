/// A pattern of paths: `*` and `?` within a name, `**` across names, `[ab]` and `[0-9]` for one character.
struct PathPattern {
  private indirect enum Piece {
    case text(UInt8)
    case one
    case set([ClosedRange<UInt8>], isNegated: Bool)
    case many
    case all
  }

  private var pieces: [Piece] = []

  init(_ pattern: String) {
    var rest = Array(pattern.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "*") where rest.first == UInt8(ascii: "*"):
        rest.removeFirst()
        // `**/` stands for no folder, too.
        if rest.first == UInt8(ascii: "/") { rest.removeFirst() }
        pieces.append(.all)
      case UInt8(ascii: "*"): pieces.append(.many)
      case UInt8(ascii: "?"): pieces.append(.one)
      case UInt8(ascii: "["): pieces.append(Self.set(&rest) ?? .text(byte))
      default: pieces.append(.text(byte))
      }
    }
  }

  private static func set(_ rest: inout ArraySlice<UInt8>) -> Piece? {
    guard let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "]")) else { return nil }
    var members = rest[..<end]
    rest = rest[(end + 1)...]
    let isNegated = members.first == UInt8(ascii: "!")
    if isNegated { members.removeFirst() }
    var ranges: [ClosedRange<UInt8>] = []
    while let first = members.popFirst() {
      if members.count >= 2, members.first == UInt8(ascii: "-"), let last = members.dropFirst().first,
        first <= last
      {
        ranges.append(first...last)
        members = members.dropFirst(2)
      } else {
        ranges.append(first...first)
      }
    }
    return .set(ranges, isNegated: isNegated)
  }

  /// Whether the pattern stands for the whole of a path.
  func matches(_ path: String) -> Bool {
    // All places in the pattern that the part of the path up to here leads to, so that no pattern takes long.
    var places = closure([0])
    for byte in path.utf8 {
      var next: Set<Int> = []
      for place in places where place < pieces.count {
        switch pieces[place] {
        case .text(let text) where text == byte: next.insert(place + 1)
        case .one where byte != UInt8(ascii: "/"): next.insert(place + 1)
        case .set(let ranges, let isNegated) where ranges.contains { $0.contains(byte) } != isNegated:
          next.insert(place + 1)
        case .many where byte != UInt8(ascii: "/"), .all: next.insert(place)
        default: break
        }
      }
      places = closure(next)
      if places.isEmpty { return false }
    }
    return places.contains(pieces.count)
  }

  /// With the places behind `*` and `**`, which may stand for nothing.
  private func closure(_ places: Set<Int>) -> Set<Int> {
    var closed = places
    for var place in places {
      while place < pieces.count {
        switch pieces[place] {
        case .many, .all: place += 1
        default: place = pieces.count + 1
        }
        if place <= pieces.count { closed.insert(place) }
      }
    }
    return closed
  }
}

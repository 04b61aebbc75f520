/// A recurrent layer's part of a segment's pages: rows, then of all units the states at the page's start, their states after
/// the last position that they have computed there, and how many positions of the page those are.
struct RecurrentPages: @unchecked Sendable {
  private let storages: [Storage]
  private let bases: [UnsafeMutablePointer<Float>]
  private let rowWidth: Int
  private let units: Int
  private let unitWidth: Int

  /// - Precondition: The layer is recurrent, and the pages are written.
  init(_ segment: Segment, of pages: KVCache, layer: Int) {
    guard case .recurrent(let row, let units, let width) = pages.states[layer] else {
      preconditionFailure("layer \(layer) is not recurrent")
    }
    (rowWidth, self.units, unitWidth) = (row, units, width)
    let blocks = pages.blocks(of: layer, segment.pages.prefix(Segment.pageCount(forPositions: segment.end)))
    storages = blocks.map(\.page)
    bases = blocks.map {
      UnsafeMutableRawPointer(mutating: $0.block!).assumingMemoryBound(to: Float.self)
    }
  }

  /// The row of a position; nil before the first position.
  func row(_ position: Int) -> UnsafePointer<Float>? {
    guard position >= 0 else { return nil }
    let size = KVCache.positionsPerPage
    return UnsafePointer(bases[position / size] + position % size * rowWidth)
  }

  /// A unit's state at the start of a page.
  func start(_ page: Int, unit: Int) -> UnsafeMutablePointer<Float> {
    states(page) + unit * unitWidth
  }

  /// A unit's state after the last position that it has computed on a page.
  func latest(_ page: Int, unit: Int) -> UnsafeMutablePointer<Float> {
    states(page) + (units + unit) * unitWidth
  }

  /// After how many positions of a page its unit's latest state is; 0 where there is none.
  func count(_ page: Int, unit: Int) -> UnsafeMutablePointer<Float> {
    states(page) + 2 * units * unitWidth + unit
  }

  private func states(_ page: Int) -> UnsafeMutablePointer<Float> {
    bases[page] + KVCache.positionsPerPage * rowWidth
  }
}

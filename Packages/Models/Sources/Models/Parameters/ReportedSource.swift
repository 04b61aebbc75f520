public import Sharding
import Synchronization
public import TensorCore

/// A source that reports how many of its parameters were read, each counted with all its elements when it is first read.
public struct ReportedSource: ParameterSource {
  private final class Count: Sendable {
    let seen = Mutex((names: Set<String>(), elements: 0))
  }

  private let source: any ParameterSource
  private let total: Int
  private let report: @Sendable (_ read: Int, _ total: Int) -> Void
  private let count = Count()

  /// - Parameter report: Receives elements, those that were read and those of all parameters, after each one; from any
  ///   thread.
  public init(
    _ source: any ParameterSource, report: @escaping @Sendable (_ read: Int, _ total: Int) -> Void
  ) {
    self.source = source
    self.report = report
    total = source.names.reduce(0) { $0 + (source.shape(of: $1)?.reduce(1, *) ?? 0) }
  }

  public var names: [String] { source.names }
  public func shape(of name: String) -> [Int]? { source.shape(of: name) }
  public func place(of name: String) -> String { source.place(of: name) }

  public func tensor(_ name: String, slice: TensorSlice) throws -> Tensor {
    let tensor = try source.tensor(name, slice: slice)
    note(name)
    return tensor
  }

  public func blockFormat(of name: String) -> BlockFormat? { source.blockFormat(of: name) }

  public func blocks(_ name: String, slice: TensorSlice) throws -> BlockMatrix? {
    guard let blocks = try source.blocks(name, slice: slice) else { return nil }
    note(name)
    return blocks
  }

  private func note(_ name: String) {
    let read = count.seen.withLock { seen in
      if seen.names.insert(name).inserted { seen.elements += shape(of: name)?.reduce(1, *) ?? 0 }
      return seen.elements
    }
    report(read, total)
  }
}

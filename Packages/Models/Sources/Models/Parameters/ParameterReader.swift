import Basics
public import Sharding
import Synchronization
public import TensorCore

/// Gives a module its parameters by path, of which each rank gets the part it holds.
///
/// A module never sees a file, a rank, or a whole tensor that it does not need. What does not fit is collected, not
/// thrown, so that ``finish()`` can name all of it at once.
public struct ParameterReader: Sendable {
  private let origin: Origin
  private let ledger: Ledger
  private let placement: Placement
  private let rank: Int
  private let type: ParameterType
  private let scope: String
  /// Whether modules hold their parameters, so that they can change; else they pack their weights and let them go.
  public let isTrainable: Bool

  private enum Origin: Sendable {
    case source(any ParameterSource)
    case initializers(RandomKey)
    /// Compared with what is asked for, and not read.
    case survey(any ParameterSource)
  }

  /// Reads from `source`.
  ///
  /// - Parameters:
  ///   - rules: The root module's `sharding`.
  ///   - rank: Whose part of the mesh is read.
  ///   - type: What parameters are rounded to where it is narrower than what the source holds. Parameters that can be
  ///     trained have it, whatever the source holds.
  ///   - isTrainable: False for a model that only scores: its weights are then held once, as products read them.
  public init(
    _ source: any ParameterSource, rules: [(LogicalAxis, MeshAxis?)], mesh: Mesh = .solo, rank: Int = 0,
    type: ParameterType = .float32, isTrainable: Bool = true
  ) {
    self.init(.source(source), rules, mesh, rank, type, isTrainable)
  }

  /// Initialises parameters that are yet to be trained; their numbers depend on `key` and their paths only.
  public init(
    initializing key: RandomKey, rules: [(LogicalAxis, MeshAxis?)], mesh: Mesh = .solo, rank: Int = 0,
    type: ParameterType = .float32
  ) {
    self.init(.initializers(key), rules, mesh, rank, type, true)
  }

  /// Reads nothing: gives empty parameters to a model that is made to learn what it asks for, and whether `source` and
  /// the mesh have it.
  ///
  /// ``surveyed`` then lists what each rank holds; ``finish()`` throws what does not fit, before anything is loaded.
  public init(
    surveying source: any ParameterSource, rules: [(LogicalAxis, MeshAxis?)], mesh: Mesh = .solo
  ) {
    self.init(.survey(source), rules, mesh, 0, .float32, false)
  }

  private init(
    _ origin: Origin, _ rules: [(LogicalAxis, MeshAxis?)], _ mesh: Mesh, _ rank: Int, _ type: ParameterType,
    _ isTrainable: Bool
  ) {
    self.origin = origin
    ledger = Ledger()
    placement = Placement(ShardingRules(rules), on: mesh)
    self.rank = rank
    self.type = type
    self.isTrainable = isTrainable
    scope = ""
  }

  private init(_ parent: ParameterReader, scope: String) {
    origin = parent.origin
    ledger = parent.ledger
    placement = parent.placement
    rank = parent.rank
    type = parent.type
    isTrainable = parent.isTrainable
    self.scope = scope
  }

  /// Where this reader stands, such as `blocks_0/mlp/c_proj`.
  public var path: String { String(scope.dropLast()) }

  /// The reader of the parameters below `name`.
  public func scoped(to name: String) -> ParameterReader { ParameterReader(self, scope: scope + name + "/") }

  /// Over how many shards the rules cut `axis`; 1 for an axis that stays whole.
  public func shards(of axis: LogicalAxis?) -> Int { placement.shards(of: axis) }

  /// The part of a parameter that this rank holds.
  ///
  /// - Returns: An empty parameter where it does not fit; ``finish()`` then throws.
  public func parameter(_ name: String, _ axes: [ParameterAxis], initializer: Initializer) -> Parameter {
    read(name, axes, initializer, keepsBlocks: axes.count == 2)
  }

  private func read(
    _ name: String, _ axes: [ParameterAxis], _ initializer: Initializer, keepsBlocks: Bool
  ) -> Parameter {
    let path = scope + name
    let made = parameter(at: path, axes, initializer, keepsBlocks: keepsBlocks)
    ledger.note(path, axes, made)
    return made
  }

  /// The matrices of a parameter `[matrices, …, …]` that this rank holds, of which none is cut; for models that only score.
  ///
  /// - Returns: None where it does not fit; ``finish()`` then throws.
  func matrices(_ name: String, _ axes: [ParameterAxis], initializer: Initializer) -> [Parameter] {
    let all = read(name, axes, initializer, keepsBlocks: true)
    if let blocks = all.blocks {
      let rows = axes[1].size
      return (0..<blocks.shape[0] / rows).map { Parameter(blocks.rows($0 * rows..<($0 + 1) * rows)) }
    }
    let tensor = all.tensor
    guard tensor.count > 0 else { return [] }
    return (0..<tensor.shape[0]).map {
      Parameter(tensor.rows($0..<$0 + 1).reshaped(axes.dropFirst().map(\.size)))
    }
  }

  /// The parameters that were asked for and are still in use, in the order of asking: of a trainable model all, what
  /// checkpoints store and optimisers change.
  public var parameters: [ReadParameter] { ledger.parameters }

  private func parameter(
    at path: String, _ axes: [ParameterAxis], _ initializer: Initializer, keepsBlocks: Bool
  ) -> Parameter {
    let shape = axes.map(\.size)
    do {
      let slice = try placement.slice(of: path, axes: axes, rank: rank)
      switch origin {
      case .survey(let source):
        guard ledger.accepts(path, expected: shape, found: source.shape(of: path)) else { break }
        ledger.note(
          SurveyedParameter(
            path: path, axes: axes, slices: try placement.slices(of: path, axes: axes),
            blocks: keepsBlocks ? source.blockFormat(of: path) : nil))
      case .initializers(let key):
        guard ledger.hasRoom(for: shape) else { break }
        let whole = initializer.tensor(shape, named: path, key: key)
        return Parameter(narrowed(MemorySource([path: whole]).tensor(path, slice: slice)))
      case .source(let source):
        guard ledger.accepts(path, expected: shape, found: source.shape(of: path)) else { break }
        if keepsBlocks, let blocks = try blocks(path, slice, source) { return Parameter(blocks) }
        return try Parameter(finite(narrowed(source.tensor(path, slice: slice)), path, slice, source))
      }
    } catch let error as PlacementError {
      ledger.note(path, unplaced: error)
    } catch {
      ledger.note(path, unreadable: error)
    }
    return Parameter(Tensor(zeros: [0]))
  }

  /// A parameter that every rank holds whole.
  public func parameter(_ name: String, _ shape: [Int], initializer: Initializer) -> Parameter {
    parameter(name, shape.map { ParameterAxis(nil, $0) }, initializer: initializer)
  }

  /// What was asked for and fits, and which slice of it each rank of the mesh holds; in the order of asking, from a
  /// reader that surveys.
  public var surveyed: [SurveyedParameter] { ledger.surveyed }

  /// Says whether every parameter that was asked for can be cut as the rules ask.
  ///
  /// - Throws: `PlacementError` for the first that cannot.
  public func checkPlacement() throws(PlacementError) {
    if let error = ledger.unplaced { throw error }
  }

  /// - Throws: ``ParameterError`` naming every parameter that was missing, misshapen or unreadable, and every one that
  ///   the source has and no module reads.
  public func finish() throws(ParameterError) {
    let names =
      switch origin {
      case .source(let source), .survey(let source): source.names
      case .initializers: [String]()
      }
    let error = ledger.closed(among: names)
    guard error.isEmpty else { throw error }
  }

  /// Refuses a part that holds NaN or infinity: every score of the model would be NaN, or silently wrong.
  private func finite(_ tensor: Tensor, _ path: String, _ slice: TensorSlice, _ source: any ParameterSource)
    throws(NonFiniteError) -> Tensor
  {
    guard let place = tensor.firstNonFinite else { return tensor }
    let value = tensor.reshaped([tensor.count]).rows(place..<place + 1).floats[0]
    throw NonFiniteError(name: source.place(of: path), value: "\(value)", index: slice.isWhole ? place : nil)
  }

  /// A quantised matrix of a model that only scores, unless its numbers are to be rounded to another type first.
  private func blocks(_ path: String, _ slice: TensorSlice, _ source: any ParameterSource) throws
    -> BlockMatrix?
  {
    guard !isTrainable, type == .float32, let blocks = try source.blocks(path, slice: slice) else {
      return nil
    }
    guard let place = blocks.firstNonFinite else { return blocks }
    let row = place / blocks.shape[1]
    let value = blocks.gatheringRows([Int32(row)]).floats[place % blocks.shape[1]]
    throw NonFiniteError(name: source.place(of: path), value: "\(value)", index: slice.isWhole ? place : nil)
  }

  /// Rounds to the wanted type where that loses digits; parameters that can be trained always have it. Otherwise matrices
  /// are widened by the kernels that read them; vectors are small and every kernel reads them as float32.
  private func narrowed(_ tensor: Tensor) -> Tensor {
    let isWider =
      tensor.elementType.byteCount > type.elementType.byteCount
      || (isTrainable || type != .float32) && tensor.elementType != type.elementType
    let rounded = isWider ? tensor.converted(to: type.elementType) : tensor
    return rounded.shape.count == 1 ? rounded.converted(to: .float32) : rounded
  }
}

/// A parameter of a model, and what it is called.
public struct ReadParameter: Sendable {
  /// Such as `blocks_0/mlp/c_proj/kernel`.
  public let path: String
  public let axes: [ParameterAxis]
  public let parameter: Parameter
}

/// What was asked for, and what did not fit.
private final class Ledger: Sendable {
  private struct Entries {
    var asked: Set<String> = []
    var error = ParameterError()
    var unplaced: PlacementError?
    var surveyed: [SurveyedParameter] = []
    var made: [Entry] = []
    /// Numbers of all parameters that were to be initialised.
    var initialised = 0.0
  }
  /// Weak, because a model that only scores packs its weights and lets the parameters go.
  private struct Entry {
    let path: String
    let axes: [ParameterAxis]
    weak var parameter: Parameter?
  }
  private let entries = Mutex(Entries())

  func accepts(_ path: String, expected: [Int], found: [Int]?) -> Bool {
    entries.withLock { entries in
      entries.asked.insert(path)
      guard let found else {
        entries.error.missing.append(path)
        return false
      }
      guard found == expected else {
        entries.error.mismatched.append(.init(name: path, expected: expected, found: found))
        return false
      }
      return true
    }
  }

  /// Whether a parameter that is yet to be trained fits the machine's memory together with those before it, each with a
  /// gradient and at least one moment of the same shape. Says so once where it does not.
  func hasRoom(for shape: [Int]) -> Bool {
    entries.withLock { entries in
      let numbers = shape.reduce(1.0) { $0 * Double($1) }
      let (before, room) = (entries.initialised, Double(Machine.memory) / 12)
      entries.initialised += numbers
      guard entries.initialised > room else { return true }
      if before <= room {
        entries.error.unreadable.append(.init(name: nil, cause: .memory(Machine.memory)))
      }
      return false
    }
  }

  func note(_ path: String, _ axes: [ParameterAxis], _ parameter: Parameter) {
    entries.withLock { $0.made.append(Entry(path: path, axes: axes, parameter: parameter)) }
  }

  var parameters: [ReadParameter] {
    entries.withLock { entries in
      entries.made.compactMap { entry in
        entry.parameter.map { ReadParameter(path: entry.path, axes: entry.axes, parameter: $0) }
      }
    }
  }

  var unplaced: PlacementError? { entries.withLock { $0.unplaced } }
  var surveyed: [SurveyedParameter] { entries.withLock { $0.surveyed } }

  func note(_ parameter: SurveyedParameter) { entries.withLock { $0.surveyed.append(parameter) } }

  /// What cannot be cut is read no more than what is missing.
  func note(_ path: String, unplaced error: PlacementError) {
    entries.withLock { entries in
      entries.asked.insert(path)
      if entries.unplaced == nil { entries.unplaced = error }
      entries.error.unreadable.append(.init(name: path, cause: .placement(error)))
    }
  }

  func note(_ path: String, unreadable error: any Error) {
    entries.withLock { $0.error.unreadable.append(.init(name: path, cause: .init(error))) }
  }

  func closed(among names: [String]) -> ParameterError {
    entries.withLock { entries in
      var error = entries.error
      error.unexpected = names.filter { !entries.asked.contains($0) }
      return error
    }
  }
}

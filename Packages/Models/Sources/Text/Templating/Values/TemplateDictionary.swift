/// A dictionary that keeps the order in which its keys came, as Python's does.
public struct TemplateDictionary: Sendable, ExpressibleByDictionaryLiteral {
  private var storage: Storage

  private enum Storage: Sendable {
    case entries(Entries)
    /// A row of a table, until it is changed.
    case row(Int, of: TemplateTable)
  }

  private struct Entries: Sendable {
    // In this order the last word has bits to spare, in which a value keeps which of its cases it is: 24 bytes, not 32.
    var positions: [TemplateValue: Int] = [:]
    var keys: [TemplateValue] = []
    var values: [TemplateValue] = []
  }

  public init() { storage = .entries(Entries()) }

  init(row: Int, of table: TemplateTable) { storage = .row(row, of: table) }

  public init(dictionaryLiteral elements: (String, TemplateValue)...) {
    self.init()
    for (key, value) in elements { self[key] = value }
  }

  public var keys: [TemplateValue] {
    switch storage {
    case .entries(let entries): entries.keys
    case .row(_, let table): table.keys
    }
  }

  public var values: [TemplateValue] {
    switch storage {
    case .entries(let entries): entries.values
    case .row(let row, let table): table.values(row: row)
    }
  }

  public var count: Int { keys.count }
  public var isEmpty: Bool { keys.isEmpty }

  /// The value of a key, `nil` where there is none; setting `nil` changes nothing.
  public subscript(key: String) -> TemplateValue? {
    get { self[.string(key)] }
    set { self[.string(key)] = newValue }
  }

  /// A key that Python could not hash, such as a list, has no value and is not to be set.
  subscript(key: TemplateValue) -> TemplateValue? {
    get {
      switch storage {
      case .entries(let entries): entries.positions[key].map { entries.values[$0] }
      case .row(let row, let table): table.positions[key].map { table.value(row: row, column: $0) }
      }
    }
    set {
      guard let newValue else { return }
      var entries = takeEntries()
      if let position = entries.positions[key] {
        entries.values[position] = newValue
      } else {
        entries.positions[key] = entries.keys.count
        entries.keys.append(key)
        entries.values.append(newValue)
      }
      storage = .entries(entries)
    }
  }

  /// The entries to be changed. They are left to the caller alone, since a second owner would have them copied.
  private mutating func takeEntries() -> Entries {
    let entries =
      switch storage {
      case .entries(let entries): entries
      case .row(let row, let table):
        Entries(positions: table.positions, keys: table.keys, values: table.values(row: row))
      }
    storage = .entries(Entries())
    return entries
  }

  /// The entries as (key, value) tuples.
  var items: [TemplateValue] {
    zip(keys, values).map { .tuple([$0, $1]) }
  }
}

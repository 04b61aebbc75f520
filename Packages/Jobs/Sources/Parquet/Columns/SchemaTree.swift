internal import Basics

/// The schema of a file, as a tree.
struct SchemaTree: Sendable {
  let columns: [SchemaNode]
  /// All leaves, in the order of the chunks of a row group.
  let leaves: [SchemaNode.Leaf]

  init(_ elements: [SchemaElement]) throws(ParquetError) {
    guard let root = elements.first else { throw .violation(.missing("node in the schema")) }
    var builder = SchemaBuilder(elements)
    columns = try builder.fields(root.childCount, SchemaBuilder.Place())
    leaves = builder.leaves
    guard builder.position == elements.count else {
      throw .violation(
        .value(
          "nodes that the schema's groups name", expected: "\(elements.count)", found: "\(builder.position)"))
    }
  }
}

/// Reads nodes one after the other, depth first.
struct SchemaBuilder {
  /// Where in the tree a node stands.
  struct Place {
    var path = ""
    var definition = 0
    var repetition = 0
    var depth = 0

    func inside(_ name: String, isOptional: Bool = false, isRepeated: Bool = false) -> Place {
      Place(
        path: path.isEmpty ? name : "\(path).\(name)",
        definition: definition + (isOptional || isRepeated ? 1 : 0),
        repetition: repetition + (isRepeated ? 1 : 0), depth: depth + 1)
    }
  }

  /// No table in use nests as deep.
  private static let deepest = 64

  private let elements: [SchemaElement]
  private(set) var position = 1
  private(set) var leaves: [SchemaNode.Leaf] = []

  init(_ elements: [SchemaElement]) { self.elements = elements }

  private mutating func next() throws(ParquetError) -> SchemaElement {
    guard position < elements.count else {
      throw .violation(.value("nodes that the schema's groups name", expected: "at most \(elements.count)"))
    }
    defer { position += 1 }
    return elements[position]
  }

  mutating func fields(_ count: Int, _ place: Place) throws(ParquetError) -> [SchemaNode] {
    guard (0...elements.count - position).contains(count) else {
      throw .violation(.value("nodes that the schema's groups name", expected: "at most \(elements.count)"))
    }
    var (nodes, names) = ([SchemaNode](), Set<String>())
    for _ in 0..<count {
      let node = try node(place)
      guard names.insert(node.name).inserted else { throw .violation(.repeated("column '\(node.name)'")) }
      nodes.append(node)
    }
    return nodes
  }

  /// The next node. One that is repeated without more is a list of itself.
  private mutating func node(_ place: Place) throws(ParquetError) -> SchemaNode {
    let element = try next()
    switch element.repetition {
    case .required: return try content(element, place.inside(element.name))
    case .optional: return try content(element, place.inside(element.name, isOptional: true))
    case .repeated:
      let inner = place.inside(element.name, isRepeated: true)
      let list = SchemaNode.Kind.list(try content(element, inner), definition: inner.definition)
      return SchemaNode(
        name: element.name, kind: list, definition: place.definition, repetition: place.repetition)
    }
  }

  private mutating func content(_ element: SchemaElement, _ place: Place) throws(ParquetError) -> SchemaNode {
    guard place.depth <= Self.deepest else {
      throw .violation(.value("levels of the schema", expected: "at most \(Self.deepest)"))
    }
    let kind: SchemaNode.Kind
    if element.childCount == 0 {
      kind = .leaf(try leaf(element, place))
    } else if element.type == .list, let list = try list(element, place) {
      kind = list
    } else if element.type == .map, let map = try map(element, place) {
      kind = map
    } else {
      kind = .record(try fields(element.childCount, place))
    }
    return SchemaNode(
      name: element.name, kind: kind, definition: place.definition, repetition: place.repetition)
  }

  private mutating func leaf(_ element: SchemaElement, _ place: Place) throws(ParquetError) -> SchemaNode.Leaf
  {
    guard let physical = element.physical else {
      throw ParquetError(.violation(.unsupported("a group without columns")), column: place.path)
    }
    // Days of 64 bits would reach beyond the years that can be reckoned with.
    guard element.type != .date || physical != .int64 else {
      throw ParquetError(
        .violation(.value("bits of a date", expected: "32", found: "64")), column: place.path)
    }
    let leaf = SchemaNode.Leaf(
      column: leaves.count, path: place.path, physical: physical, length: element.typeLength,
      type: element.type, definition: place.definition, repetition: place.repetition)
    leaves.append(leaf)
    return leaf
  }

  /// The repeated node within a list or map, whose own name means nothing; `nil` where there is no such node alone.
  private func repeated(in element: SchemaElement) -> SchemaElement? {
    guard element.childCount == 1, position < elements.count, elements[position].repetition == .repeated
    else {
      return nil
    }
    return elements[position]
  }

  /// - Source: *Parquet logical type definitions*, "Lists", with the rules for what older writers made.
  private mutating func list(_ element: SchemaElement, _ place: Place) throws(ParquetError) -> SchemaNode
    .Kind?
  {
    guard let repeated = repeated(in: element) else { return nil }
    position += 1
    let inner = place.inside(repeated.name, isRepeated: true)
    let isElement =
      repeated.childCount != 1 || repeated.name == "array" || repeated.name == element.name + "_tuple"
      || (position < elements.count && elements[position].repetition == .repeated)
    let node = try isElement ? content(repeated, inner) : node(inner)
    return .list(node, definition: inner.definition)
  }

  private mutating func map(_ element: SchemaElement, _ place: Place) throws(ParquetError) -> SchemaNode.Kind?
  {
    guard let repeated = repeated(in: element), (1...2).contains(repeated.childCount) else { return nil }
    position += 1
    let inner = place.inside(repeated.name, isRepeated: true)
    let nodes = try fields(repeated.childCount, inner)
    return .map(key: nodes[0], value: nodes.count > 1 ? nodes[1] : nil, definition: inner.definition)
  }
}

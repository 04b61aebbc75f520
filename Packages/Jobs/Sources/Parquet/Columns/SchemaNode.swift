/// A column, or what a column is made of.
///
/// A value of a column is stored with two levels. The *definition level* counts how many of the optional and repeated nodes on
/// its path are there; the *repetition level* says at which of the repeated ones a new element begins.
///
/// - Source: Melnik et al. 2010, *Dremel: Interactive Analysis of Web-Scale Datasets*, §4.
struct SchemaNode: Sendable {
  indirect enum Kind: Sendable {
    case leaf(Leaf)
    case record([SchemaNode])
    /// `definition` is the level from which on there is an element.
    case list(SchemaNode, definition: Int)
    /// A list of pairs; a map without values is a set.
    case map(key: SchemaNode, value: SchemaNode?, definition: Int)
  }

  /// Where values are stored.
  struct Leaf: Sendable {
    /// Its place among the leaves, which is that of its chunk in each row group.
    let column: Int
    let path: String
    let physical: PhysicalType
    let length: Int
    let type: LogicalType?
    /// The level of a value that is there.
    let definition: Int
    let repetition: Int
  }

  let name: String
  let kind: Kind
  /// The level from which on it is no null.
  let definition: Int
  /// How many repeated nodes are above it.
  let repetition: Int

  /// The column of the first leaf, whose levels are those of the node as well.
  var firstColumn: Int {
    switch kind {
    case .leaf(let leaf): leaf.column
    case .record(let fields): fields[0].firstColumn
    case .list(let element, _): element.firstColumn
    case .map(let key, _, _): key.firstColumn
    }
  }
}

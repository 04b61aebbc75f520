/// What a module draws of its intermediates, as data: someone else makes a picture of it.
public struct Figure: Sendable, Equatable {
  public var title: String
  public var content: Content

  public enum Content: Sendable, Equatable {
    /// A number to log, and its unit.
    case number(Double, unit: String)
    case lines([Line], x: Axis, y: Axis)
    case heatMaps(HeatMaps)
  }

  public init(_ title: String, _ content: Content) {
    self.title = title
    self.content = content
  }
}

extension Figure {
  /// What the numbers along an axis mean.
  public struct Axis: Sendable, Equatable {
    public var name: String
    /// Such as `nats`; empty for counts and pure numbers.
    public var unit: String
    /// Whether equal distances are equal ratios. Numbers that are not positive are then left out.
    public var isLogarithmic: Bool

    public init(_ name: String, unit: String = "", isLogarithmic: Bool = false) {
      self.name = name
      self.unit = unit
      self.isLogarithmic = isLogarithmic
    }
  }

  /// One named line; a number that is not finite breaks it.
  public struct Line: Sendable, Equatable {
    public var name: String
    public var x: [Double]
    public var y: [Double]
    /// Whether it stays in the background: single measurements behind their mean.
    public var isFaint: Bool

    /// - Precondition: `x` and `y` are equally long.
    public init(_ name: String, x: [Double], y: [Double], isFaint: Bool = false) {
      precondition(x.count == y.count, "a line has \(x.count) x values and \(y.count) y values")
      self.name = name
      self.x = x
      self.y = y
      self.isFaint = isFaint
    }
  }

  /// Matrices side by side that share their axes and the scale of their colours.
  public struct HeatMaps: Sendable, Equatable {
    /// One matrix, row after row from the top; a number that is not finite has no colour.
    public struct Panel: Sendable, Equatable {
      public var title: String
      public var rows: Int
      public var columns: Int
      public var values: [Double]

      /// - Precondition: `rows * columns` values.
      public init(_ title: String, rows: Int, columns: Int, values: [Double]) {
        precondition(
          rows > 0 && columns > 0 && values.count == rows * columns,
          "a panel of \(rows) × \(columns) has \(values.count) values")
        self.title = title
        self.rows = rows
        self.columns = columns
        self.values = values
      }
    }

    public var panels: [Panel]
    /// How many panels stand in a row of the figure.
    public var panelsPerRow: Int
    public var x: Axis
    public var y: Axis
    /// What the colours mean.
    public var value: Axis
    /// The numbers of the first and the last colour.
    public var range: ClosedRange<Double>

    public init(
      _ panels: [Panel], panelsPerRow: Int, x: Axis, y: Axis, value: Axis, range: ClosedRange<Double>
    ) {
      self.panels = panels
      self.panelsPerRow = max(panelsPerRow, 1)
      self.x = x
      self.y = y
      self.value = value
      self.range = range
    }
  }
}

/// What a module draws of its intermediates: a number to log, or lines to plot.
public enum Figure: Sendable, Equatable {
  case number(Double)
  case lines([Line], xAxis: String, yAxis: String)

  /// One named line of a plot; `x` and `y` are equally long.
  public struct Line: Sendable, Equatable {
    public var name: String
    public var x: [Double]
    public var y: [Double]

    public init(name: String, x: [Double], y: [Double]) {
      precondition(x.count == y.count, "a line has \(x.count) x values and \(y.count) y values")
      self.name = name
      self.x = x
      self.y = y
    }
  }
}

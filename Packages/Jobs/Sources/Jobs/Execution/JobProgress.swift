/// How much of its work a job has done.
///
/// Not `Progress`, which is a class of Foundation.
public struct JobProgress: Sendable, Equatable {
  /// What the job is doing, as a participle: `loading weights`; empty for the job's own work.
  ///
  /// Where it changes, completed work and time are counted anew.
  public var activity: String
  /// What is counted, in the plural: `tokens`, `requests`, `bytes`, `updates`.
  public var unit: String
  /// How many units are done.
  public var completed: Int
  /// How many units there are, as far as is known; 0 where that is not known.
  public var total: Int
  /// What else there is to show, such as `loss 1.234`; may be empty.
  public var detail: String
  /// How many seconds the rest will take, at least and at most; `nil` where all units take the same time, so that elapsed
  /// time and the units that are left say it.
  public var secondsLeft: ClosedRange<Double>?

  public init(
    _ activity: String = "", unit: String, completed: Int, total: Int, detail: String = "",
    secondsLeft: ClosedRange<Double>? = nil
  ) {
    self.activity = activity
    self.unit = unit
    self.completed = completed
    self.total = total
    self.detail = detail
    self.secondsLeft = secondsLeft
  }
}

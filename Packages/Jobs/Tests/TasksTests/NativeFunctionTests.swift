import Evaluations
import Templating
import Testing

@testable import Tasks

@Suite("Native functions")
struct NativeFunctionTests {
  /// CPython's `random.Random(42)` after four shuffles of four elements.
  @Test("A generator kept from call to call continues after the draws of the documents before")
  func drawnChoices() throws {
    let document: TemplateDictionary = [
      "Incorrect Answer 1": "w1", "Incorrect Answer 2": "w2", "Incorrect Answer 3": "w3",
      "Correct Answer": "right",
    ]
    let drawn = try GPQA.seeded([document, document], 4)
    let choices = drawn.map { row in (1...4).map { row["choice\($0)"]?.text ?? "" } }
    #expect(choices == [["w2", "w3", "right", "w1"], ["w2", "right", "w3", "w1"]])
    #expect(drawn.map { $0["answer"]?.text } == ["(C)", "(B)"])
  }

  /// Values of lm-evaluation-harness 0.4.13 with numpy, whose truth values add up to a truth value.
  @Test("The ranks of a dialogue's next line are numpy's")
  func ranks() throws {
    let marks: [Double] = [-1, -2, -3, -4]
    let none = marks.map { (logLikelihood: $0, isGreedy: false) }
    let flag = marks.map { (logLikelihood: $0, isGreedy: $0 == -2) }
    func values(_ answer: TemplateValue, _ scores: [(logLikelihood: Double, isGreedy: Bool)]) throws
      -> [Double]
    {
      try MuTual.results(["answers": answer], .scores(scores)).map { $0.1.plainNumber }
    }
    #expect(try values("B", none) == [1, 1, 0.5])
    #expect(try values("A", flag) == [0, 0, 1])
  }

  @Test("A class that is known finds its value in the answer in whatever case, as it is written")
  func contains() throws {
    func value(_ text: String, _ answer: String) throws -> Double? {
      try NativeClasses.contains(["value": .string(text)], .texts([answer])).first?.1.plainNumber
    }
    #expect(try value(" a+B ", "x A+b y") == 1)
    #expect(try value("a+b", "aab") == 0)
  }
}

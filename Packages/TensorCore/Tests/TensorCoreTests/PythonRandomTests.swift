import TensorCore
import Testing

/// Vectors of CPython 3.11's `random.Random`.
@Suite("Python's random numbers")
struct PythonRandomTests {
  @Test("Random bits are those of Python's getrandbits")
  func bits() {
    var random = PythonRandom(seed: 0xC0FFEE)
    let expected: [UInt64] = [
      4_116_735_509, 2_500_757_463, 2_657_840_376, 744_564_572, 70_105_379, 520_141_984, 2_850_731_782,
      1_841_078_928,
    ]
    #expect((0..<8).map { _ in random.bits(32) } == expected)
  }

  @Test("Random numbers are those of Python's random")
  func uniform() {
    var random = PythonRandom(seed: 2357)
    let expected = [
      0.7923366004984018, 0.6337275044555304, 0.2163885099215611, 0.3408534762412698,
      0.8000555430236334, 0.6781215464683095,
    ]
    #expect((0..<6).map { _ in random.uniform() } == expected)
  }

  @Test("A shuffle has the order of Python's")
  func shuffle() {
    var random = PythonRandom(seed: 2357)
    var elements = Array(0..<20)
    random.shuffle(&elements)
    #expect(elements == [14, 1, 9, 7, 18, 3, 11, 8, 2, 15, 0, 13, 16, 4, 12, 17, 19, 5, 6, 10])
  }

  @Test("A choice is Python's")
  func choice() {
    var random = PythonRandom(seed: 7)
    let expected = "FTFTTTFTTTTFFTTTFTTTTFTTTTFFTTFTTTFTTTTFFFFFFFTTTTFFFFFTTFTFTFFT"
    #expect(String((0..<64).map { _ in random.choice([true, false]) ? "T" : "F" }) == expected)
  }

  @Test("Choices with weights are Python's")
  func choices() {
    var random = PythonRandom(seed: 2357)
    #expect(random.choices(Array(0..<100), count: 4) == [79, 63, 21, 34])
  }

  @Test("Samples drawn one after another from one generator are Python's")
  func sample() {
    var eight = PythonRandom(seed: 32)
    #expect(eight.sample(0..<8, 8) == [1, 7, 6, 2, 5, 3, 0, 4])
    var draw10 = PythonRandom(seed: 0xC0FFEE)
    #expect(draw10.sample(below: 10, 3) == [9, 2, 0])
    #expect(draw10.sample(below: 10, 3) == [1, 6, 3])
    var draw7 = PythonRandom(seed: 0xC0FFEE)
    #expect(draw7.sample(below: 7, 3) == [4, 6, 1])
    #expect(draw7.sample(below: 7, 3) == [0, 6, 3])
    var draw500 = PythonRandom(seed: 0xC0FFEE)
    #expect(draw500.sample(below: 500, 5) == [490, 298, 316, 88, 8])
    #expect(draw500.sample(below: 500, 5) == [62, 339, 219, 97, 152])
    var draw100 = PythonRandom(seed: 0xC0FFEE)
    #expect(
      draw100.sample(below: 100, 90) == [
        74, 79, 22, 2, 15, 84, 54, 24, 38, 60, 52, 93, 81, 42, 82, 20, 88, 87, 55, 39, 12, 44, 14,
        43, 19, 31, 83, 8, 17, 68, 25, 48, 61, 85, 23, 97, 37, 49, 1, 4, 32, 16, 77, 69, 86, 62,
        98, 6, 71, 21, 0, 59, 96, 40, 90, 89, 95, 50, 13, 91, 78, 35, 72, 94, 7, 58, 46, 34, 41,
        26, 3, 53, 57, 64, 66, 73, 10, 36, 27, 70, 28, 56, 30, 9, 5, 45, 76, 11, 33, 63,
      ])
    #expect(
      draw100.sample(below: 100, 90) == [
        61, 14, 5, 24, 71, 54, 94, 95, 91, 73, 58, 66, 15, 42, 76, 31, 6, 82, 92, 74, 17, 52, 21,
        53, 4, 90, 84, 48, 72, 89, 36, 30, 75, 98, 68, 9, 45, 87, 25, 64, 34, 43, 96, 57, 63, 86,
        65, 7, 40, 13, 22, 69, 26, 1, 27, 77, 88, 2, 32, 41, 67, 20, 62, 39, 70, 83, 99, 23, 49,
        51, 56, 97, 38, 28, 85, 37, 10, 55, 78, 0, 79, 3, 12, 81, 46, 29, 19, 93, 60, 59,
      ])
  }

  @Test("Samples drawn one after another from a large range are Python's")
  func sampleOfMany() {
    var draw1000 = PythonRandom(seed: 0xC0FFEE)
    #expect(
      draw1000.sample(below: 1000, 20) == [
        981, 596, 633, 177, 16, 124, 679, 438, 195, 304, 787, 969, 481, 416, 434, 649, 752, 337,
        662, 851,
      ])
    #expect(
      draw1000.sample(below: 1000, 20) == [
        955, 165, 781, 935, 433, 650, 444, 942, 312, 694, 101, 354, 793, 117, 351, 156, 870, 254,
        439, 813,
      ])
    var draw21 = PythonRandom(seed: 0xC0FFEE)
    #expect(
      draw21.sample(below: 21, 21) == [
        18, 19, 5, 0, 3, 13, 16, 4, 12, 7, 6, 10, 20, 2, 9, 14, 8, 11, 15, 17, 1,
      ])
    #expect(
      draw21.sample(below: 21, 21) == [
        3, 10, 4, 7, 13, 2, 15, 8, 19, 20, 6, 16, 17, 12, 9, 1, 5, 14, 0, 11, 18,
      ])
    var draw22 = PythonRandom(seed: 0xC0FFEE)
    #expect(draw22.sample(below: 22, 5) == [18, 19, 5, 0, 3])
    #expect(draw22.sample(below: 22, 5) == [21, 13, 6, 9, 15])
    var draw86 = PythonRandom(seed: 0xC0FFEE)
    #expect(draw86.sample(below: 86, 6) == [74, 79, 22, 2, 15, 84])
    #expect(draw86.sample(below: 86, 6) == [54, 24, 38, 60, 52, 81])
    var draw10042 = PythonRandom(seed: 0xC0FFEE)
    #expect(
      draw10042.sample(below: 10042, 64) == [
        9539, 2840, 267, 1984, 7023, 3123, 4868, 7706, 6661, 6944, 5405, 2648, 6932, 7114, 5006,
        1619, 5667, 1874, 5623, 2508, 4067, 7036, 1143, 2176, 8728, 3269, 6173, 9034, 7819, 7152,
        3058, 2936, 4747, 511, 1126, 8315, 4246, 3729, 6584, 3292, 1713, 4568, 5521, 89, 8313,
        734, 1113, 1748, 3904, 5452, 3426, 9974, 1693, 9080, 2145, 5349, 1968, 4289, 1886, 4339,
        3405, 1674, 6445, 7569,
      ])
    #expect(
      draw10042.sample(below: 10042, 64) == [
        247, 5285, 7186, 8523, 6344, 7555, 8201, 5012, 8872, 2639, 4371, 5251, 7759, 9185, 7862,
        1820, 720, 3136, 9110, 7022, 6921, 9105, 9380, 7536, 8550, 1951, 5469, 9804, 4065, 891,
        9203, 9589, 2207, 6770, 2734, 6820, 627, 9450, 4090, 6155, 6267, 7457, 4698, 3932, 550,
        1867, 3962, 1164, 5805, 4023, 6496, 2525, 8929, 6146, 6214, 7716, 1794, 3378, 5764, 9348,
        6879, 496, 7063, 5437,
      ])
  }
}

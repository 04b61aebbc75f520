import Templating
import Testing

@Suite("Limits of templates")
struct LimitTests {
  private func failure(_ source: String, limits: (inout TemplateLimits) -> Void = { _ in }) -> TemplateError?
  {
    var environment = TemplateEnvironment.chat
    environment.limits.steps = 300_000  // the defaults take a minute in a debug build
    environment.limits.bytes = 1 << 20
    limits(&environment.limits)
    do throws(TemplateError) {
      _ = try Template(source, environment: environment).render([:])
      return nil
    } catch { return error }
  }

  /// Each would exhaust the stack, the memory or the day.
  @Test(
    "end hostile templates with an error",
    arguments: [
      "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
      "{% macro f(x) %}{{ f([x, x]) }}{% endmacro %}{{ f(1) }}",
      "{{ " + String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000) + " }}",
      "{{ " + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000) + " }}",
      "{{ " + String(repeating: "-", count: 10_000) + "1 }}",
      "{{ " + String(repeating: "not ", count: 10_000) + "1 }}",
      "{{ 1" + String(repeating: " + 1", count: 10_000) + " }}",
      "{{ a" + String(repeating: ".a", count: 10_000) + " }}",
      "{{ 1" + String(repeating: "|string", count: 10_000) + " }}",
      String(repeating: "{% if 1 %}", count: 10_000),
      String(repeating: "{% for a in b %}", count: 10_000),
      "{{ 'a' * 1000000000000 }}", "{{ [1] * 1000000000000 }}", "{{ 'a' * 9223372036854775807 }}",
      "{{ '%999999d' % 1 * 1000 }}", "{{ '%9999999d' % 1 }}", "{{ '{:>99999999}'.format(1) }}",
      "{{ 'a'.center(10000000000) }}", "{{ 'a'.zfill(10000000000) }}", "{{ 'a'|indent(10000000000) }}",
      "{% set ns = namespace(x='ab') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
      "{% set ns = namespace(x='ab') %}{% for i in range(100) %}{% set ns.x = ns.x.replace('a', ns.x) %}{% endfor %}",
      "{% set ns = namespace(x='ab') %}{% for i in range(100) %}{% set ns.x = ns.x.join(ns.x|list) %}{% endfor %}",
      "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
      "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
      "{% set ns = namespace(x=[1]) %}{% for i in range(9000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
      "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
      "{% for a in range(9999) %}{{ 'abcdefghijklmnop' * 1000 }}{% endfor %}",
      "{% for a in range(99999999999) %}{% endfor %}",
      "{{ range(-9223372036854775807, 9223372036854775807) }}",
      "{% set ns = namespace(x=0) %}{% macro f(n) %}{% for i in range(100) %}{{ f(n) }}{% endfor %}{% endmacro %}{{ f(1) }}",
    ])
  func endHostileTemplates(source: String) {
    #expect(failure(source)?.kind == .limit)
  }

  @Test("are no more than that")
  func passOrdinaryTemplates() {
    #expect(failure("{{ 1" + String(repeating: " + 1", count: 100) + " }}") == nil)
    #expect(failure("{% macro f(n) %}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(50) }}") == nil)
    #expect(
      failure(String(repeating: "{% if 1 %}", count: 50) + String(repeating: "{% endif %}", count: 50))
        == nil)
    #expect(failure("{% for a in range(50000) %}{{ a }}{% endfor %}") == nil)
  }

  @Test("can be set")
  func canBeSet() {
    #expect(failure("{{ 'a' * 11 }}") { $0.bytes = 10 }?.message == "a text of more than 10 bytes")
    #expect(
      failure("\n{% for i in range(9) %}{% endfor %}") { $0.steps = 5 }?.description
        == "more than 5 steps (template line 2)")
    #expect(failure("{{ ((((1)))) }}") { $0.nesting = 3 }?.kind == .limit)
  }

  @Test("hold for integers: 64 bits, and no further")
  func integersOverflowWithAnError() {
    for source in [
      "9223372036854775807 + 1", "-9223372036854775807 - 2", "9223372036854775807 * 2", "2 ** 63",
      "10 ** 400",
      "(-9223372036854775807 - 1) // -1", "(-9223372036854775807 - 1) | abs", "-(-9223372036854775807 - 1)",
    ] {
      #expect(failure("{{ \(source) }}")?.message == "an integer that 64 bits do not hold", "\(source)")
    }
    #expect(failure("{{ (-9223372036854775807 - 1) % -1 }}") == nil)
    #expect(
      failure("{{ 1e300 | int }}{{ 'abc'[9223372036854775807] }}{{ 'abc'[-9223372036854775807:] }}") == nil)
    #expect(failure("{{ 'abc'[::9223372036854775807] }}{{ 'abc'[::-9223372036854775807] }}") == nil)
    #expect(failure("{{ range(0, 5, 9223372036854775807) | list }}{{ 2.5 | round(999999999999) }}") == nil)
  }
}

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
    "A hostile template ends with an error",
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

  /// Arithmetic on lengths: each trapped, for a sum or difference that 64 bits do not hold.
  @Test(
    "Numbers that no length reaches are no way around the limits",
    arguments: [
      "[1] | batch(MAX, 'x') | list", "'abc' | truncate(MAX)", "'abc' | truncate(MIN)",
      "'abc' | truncate(MAX, false, '...', MAX)", "'abc' | truncate(MIN, true, '', MIN)",
      "'abc' | center(MIN)",
      "'abc' | center(MAX)", "'abc'.center(MIN)", "'abc'.center(MAX)", "'abc'.ljust(MIN)", "'abc'.ljust(MAX)",
      "'abc'.rjust(MIN)", "'abc'.rjust(MAX, 'é')", "'abc'.zfill(MIN)", "'abc'.zfill(MAX)", "[1] * MAX",
      "(1,) * MAX", "MAX * [1, 2]", "'ab' * MAX", "[1] * MIN", "range(MIN, MAX)",
      "range(MAX, MIN, MIN) | list",
      "range(MIN, MAX, MAX) | list", "[1, 2][MIN:MAX:MAX]", "[1, 2][MAX:MIN:MIN]", "'ab'[MIN:MAX:MIN]",
      "[1, 2].index(2, MIN, MAX)", "'abc'.find('c', MIN, MAX)", "'abc'.rfind('c', MAX, MIN)",
      "'abc'.startswith('a', MIN, MAX)", "'a b'.split(' ', MIN)", "'a b'.rsplit(' ', MAX)",
      "'aa'.replace('a', 'b', MIN)", "'aa' | replace('a', 'b', MAX)", "'a' | indent(MAX)",
      "'a' | indent(MIN)",
      "2.5 | round(MIN)", "25 | round(MIN)", "2.5 | round(MAX, 'ceil')", "'11' | int(0, MAX)",
      "'11' | int(0, MIN)",
      "[1] | tojson(indent=MIN)", "'a' | regex_replace('a', 'b', MIN)", "'aa' | regex_replace('a', 'b', MAX)",
      "[1, 2][MIN]", "'ab'[MAX]", "'%c' % MAX", "'{:c}'.format(MIN)", "[[1]] | sum(start=[]) | length",
    ])
  func extremeNumbers(expression: String) {
    let source = expression.replacing("MAX", with: "9223372036854775807")
      .replacing("MIN", with: "(-9223372036854775807 - 1)")
    let kind = failure("{{ \(source) }}")?.kind
    #expect(kind == nil || kind == .limit || kind == .operation)
  }

  /// Each reads or makes a long text at every turn of a loop; without a price for that it would take hours.
  @Test(
    "Methods, filters, tests and operators are charged for what they read and make",
    arguments: [
      "s.find('b')", "s.rfind('b')", "s.index('a')", "s.count('b')", "s.upper()", "s.lower()", "s.title()",
      "s.capitalize()", "s.swapcase()", "s.isalpha()", "s.isspace()", "s.strip()", "s.strip('a')",
      "s.replace('b', '')",
      "s.split('b')", "s.rsplit('b', 1)", "s.split()", "s.splitlines()", "s.partition('b')",
      "s.startswith(s)",
      "s.endswith((s, s))", "s.removeprefix('a')", "s.join(['a', 'b'])", "s.format()", "s.ljust(10)",
      "s.zfill(1)",
      "s | upper", "s | title", "s | wordcount", "s | trim", "s | replace('b', '')", "s | escape",
      "s | length",
      "s | reverse", "s | list | length", "s | string", "s | indent", "s | truncate(9)", "s | tojson",
      "s | join(',')",
      "s | first", "s | unique | list", "[s] | sort", "[s, s] | unique | list", "[s, s] | min",
      "[s, s].count(s)",
      "[[s, s]] == [[s, s]]", "s == t", "s < t", "s in [t]", "'b' in s", "s in {t: 1}", "{s: 1}[t]",
      "s ~ 'x'",
      "s + 'x'", "s[1:]", "s[-1]", "s is lower", "s is upper", "s is eq(t)", "s is sameas(t)", "'%s' % s",
      "'{}'.format(s)", "'%s' % [s]", "strftime_now(s)", "dict(a=s).get(t)", "s | int", "s | float",
      "s | regex_replace('b', '')", "[s] | map('length') | list", "[s] | select('eq', t) | list",
      "s | default('')",
      "[s] | join", "[{'a': s}] | sort(attribute='a')", "{'a': s} | dictsort(by='value')",
    ])
  func longTexts(expression: String) {
    let source =
      "{% set s = 'a' * 1000000 %}{% set t = 'a' * 1000000 %}{% set ns = namespace(x=0) %}"
      + "{% for i in range(50000) %}{% set ns.x = \(expression) %}{% endfor %}"
    #expect(failure(source)?.kind == .limit)
  }

  @Test("Searches take time in proportion to the text")
  func searchesAreLinear() {
    let source =
      "{% set s = 'a' * 1000000 %}{% set n = 'a' * 500000 ~ 'b' %}{{ s.find(n) }}{{ s.count(n) }}{{ s.rfind(n) }}{{ n in s }}"
    #expect(failure(source) { $0.steps = 10_000_000 } == nil)
  }

  @Test(
    "Regular expressions that backtrack without end are stopped, and deep ones are refused",
    arguments: [
      "'a' * 60 | regex_replace('(a|a|aa)*c', 'x')", "'ab' * 30 | regex_replace('((.|.)*)*Q', 'x')",
      "'a' | regex_replace('(' * 20000 ~ 'a' ~ ')' * 20000, 'x')", "'a' | regex_replace('a' * 300000, 'x')",
    ])
  func regularExpressions(expression: String) {
    let expression = expression.replacing("'a' * 60 |", with: "('a' * 60) |")
      .replacing("'ab' * 30 |", with: "('ab' * 30) |")
    let start = ContinuousClock.now
    #expect(failure("{{ \(expression) }}")?.kind == .limit)
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test("Ordinary templates stay within the limits")
  func passOrdinaryTemplates() {
    #expect(failure("{{ 1" + String(repeating: " + 1", count: 100) + " }}") == nil)
    #expect(failure("{% macro f(n) %}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(50) }}") == nil)
    #expect(
      failure(String(repeating: "{% if 1 %}", count: 50) + String(repeating: "{% endif %}", count: 50))
        == nil)
    #expect(failure("{% for a in range(50000) %}{{ a }}{% endfor %}") == nil)
  }

  @Test("Limits can be set")
  func canBeSet() {
    #expect(failure("{{ 'a' * 11 }}") { $0.bytes = 10 }?.problem == .limit(10, .bytes))
    #expect(
      failure("\n{% for i in range(9) %}{% endfor %}") { $0.steps = 5 }
        == TemplateError(.limit, .limit(5, .steps), line: 2))
    #expect(failure("{{ ((((1)))) }}") { $0.nesting = 3 }?.kind == .limit)
  }

  @Test("Integers have 64 bits, and more is an error")
  func integersOverflowWithAnError() {
    for source in [
      "9223372036854775807 + 1", "-9223372036854775807 - 2", "9223372036854775807 * 2", "2 ** 63",
      "10 ** 400",
      "(-9223372036854775807 - 1) // -1", "(-9223372036854775807 - 1) | abs", "-(-9223372036854775807 - 1)",
    ] {
      #expect(failure("{{ \(source) }}")?.problem == .integer(digits: nil), "\(source)")
    }
    #expect(failure("{{ (-9223372036854775807 - 1) % -1 }}") == nil)
    #expect(
      failure("{{ 1e300 | int }}{{ 'abc'[9223372036854775807] }}{{ 'abc'[-9223372036854775807:] }}") == nil)
    #expect(failure("{{ 'abc'[::9223372036854775807] }}{{ 'abc'[::-9223372036854775807] }}") == nil)
    #expect(failure("{{ range(0, 5, 9223372036854775807) | list }}{{ 2.5 | round(999999999999) }}") == nil)
  }
}

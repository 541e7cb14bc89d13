package ai.ipai.pipelines.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("REQ-PIPE-002")
class TemplateTest {
  private static String render(String source) {
    return render(source, Map.of());
  }

  private static String render(String source, Map<String, ? extends @Nullable Object> globals) {
    Map<String, @Nullable Object> values = new HashMap<>(globals);
    Interpreter interpreter =
        new Interpreter(name -> values.containsKey(name) ? values.get(name) : new Undefined(name));
    return interpreter.render(Template.parse("models/m.sql", source));
  }

  // What CPython 3.12 with Jinja 3.1 prints for each.
  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "{{ none }}|{{ true }}|{{ 7 // 2 }}|{{ 7 / 2 }}|{{ 4 / 2 }}|{{ 2 ** 3 }}§None|True|3|3.5|2.0|8",
        "{{ [1,'a',none,true] }}{{ {'a': 1} }}{{ (1,) }}{{ (1, 2) }}§[1, 'a', None, True]{'a': 1}(1,)(1, 2)",
        "{{ 'abc'.upper() }}{{ ' x '.strip() }}{{ 'a,b'.split(',') }}{{ ','.join(['a','b']) }}§ABCx['a', 'b']a,b",
        "{{ '{}-{}'.format(1,2) }} {{ 'a.b'.replace('.','_') }} {{ 'abc'.startswith('a') }} {{ 'abc'[1:] }}§1-2 a_b True bc",
        "{{ -3 % 2 }} {{ -7 // 2 }} {{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }} {{ 10000000000 * 10000000000 }}§1 -4 True False 100000000000000000000",
        "{{ \"it's\" }} {{ [\"it's\"] }} {{ 1.50 }} {{ 1e20 }} {{ 0.1 + 0.2 }}§it's [\"it's\"] 1.5 1e+20 0.30000000000000004",
        "{{ '%s has %05.2f'|format('a', 3) }} {{ [1,2]|map('string')|join(',') }}§a has 03.00 1,2",
        "{{ none|map('lower')|list }} {{ none|select|list }}§[] []",
        "{{ 'a' ~ 1 ~ none }} {{ 'x' is not none }} {{ 3 in [1,3] }} {{ 3 not in [1,3] }} {{ {}|length }}§a1None True True False 0",
        "{{ missing }}|{{ missing is defined }}|{{ missing|default('d') }}|{{ a.b is defined }}§|False|d|False",
        "{{ 1 if false }}|{{ 1 if false else 2 }}|{{ not true or true }}|{{ '' or 'x' }}§|2|True|x",
        "{{ [3,1,2]|sort }}{{ [1,2,3][-1] }}{{ [1,2,3][::-1] }}{{ 'abc'|first }}{{ [1,2]|last }}§[1, 2, 3]3[3, 2, 1]a2",
        "{{ {'b':1,'a':2}|dictsort }}{{ {'a': [1, {'b': none}]}|tojson }}§[('a', 2), ('b', 1)]{\"a\": [1, {\"b\": null}]}",
        "{{ 5 is divisibleby 5 }}{{ 'a' is in ['a'] }}{{ {} is mapping }}{{ 'x' is string }}§TrueTrueTrueTrue",
        "{{ 'a' 'b' }}{{ 'a\\'b' }}{{ 'a\\nb'|length }}§aba'b3",
        "{{ range(1, 7, 2) }}{{ dict(a=1) }}{{ [1]+[2] }}{{ 'ab' * 2 }}§[1, 3, 5]{'a': 1}[1, 2]abab",
        "{{ ['b','a','b']|unique|list }}{{ [{'x':1},{'x':2}]|selectattr('x','gt',1)|map(attribute='x')|list }}§['b', 'a'][2]",
        "{{ 'Hello'|lower|replace('l', 'L') }}{{ '42'|int + 1 }}{{ 'x'|int(7) }}§heLLo437",
      })
  void expressionsGiveWhatPythonGives(String source, @Nullable String expected) {
    assertThat(render(source)).isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void whiteSpaceIsKeptExceptWhereADashEatsIt() {
    assertThat(render("a\n{% if true -%}\n  b\n{%- endif %}\nc {#- gone -#} d\n"))
        .isEqualTo("a\nb\ncd");
    assertThat(render("{% raw %}{{ x }}{% endraw %}")).isEqualTo("{{ x }}");
  }

  @Test
  void loopsFilterCountAndDoNotLeakTheirVariables() {
    assertThat(
            render(
                "{% set ns = namespace(x=1) %}{% set v = 0 %}"
                    + "{% for i in [1,2,3] if i > 1 %}{% set v = i %}{% set ns.x = ns.x + i %}"
                    + "{{ loop.index }}/{{ loop.length }}{{ ',' if not loop.last }}{% else %}none{% endfor %}"
                    + " {{ ns.x }} {{ v }}"))
        .isEqualTo("1/2,2/2 6 0");
    assertThat(render("{% for k, v in {'a': 1}.items() %}{{ k }}={{ v }}{% endfor %}"))
        .isEqualTo("a=1");
    assertThat(
            render(
                "{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}"))
        .isEqualTo("013");
  }

  @Test
  void macrosTakeDefaultsMoreArgumentsAndReturnValues() {
    assertThat(
            render(
                "{% macro m(a, b='q') %}[{{ a }}{{ b }}{{ varargs }}{{ kwargs }}]{% endmacro %}"
                    + "{{ m(1) }}{{ m(1, c=3) }}{{ m(1, 2, 3) }}"))
        .isEqualTo("[1q(){}][1q(){'c': 3}][12(3,){}]");
    assertThat(
            render(
                "{%- macro r(x) -%}{% for i in x %}{% do return([i, 2]) %}{% endfor %}{%- endmacro -%}"
                    + "{% set q = r([1]) %}{{ q[0] + q[1] }}"))
        .isEqualTo("3");
  }

  @Test
  void callBlocksPassTheirBody() {
    assertThat(
            render(
                "{% macro w(x) %}<{{ caller(x) }}>{% endmacro %}{% call(u) w('z') %}u={{ u }}{% endcall %}"))
        .isEqualTo("<u=z>");
  }

  @Test
  void theResultOfACallCanBeCalled() {
    TemplateFunction dispatch =
        arguments ->
            (TemplateFunction) inner -> arguments.text(0, "name", "d") + inner.positional();
    assertThat(render("{{ dispatch('x')(1, 2) }}", Map.of("dispatch", dispatch)))
        .isEqualTo("x[1, 2]");
  }

  @Test
  void faultsNameFileAndLine() {
    assertThatThrownBy(() -> render("select 1\nfrom\n  {{ nothing.here() }}"))
        .isInstanceOfSatisfying(
            TemplateException.class,
            fault -> {
              assertThat(fault).hasMessageContaining("'nothing' is undefined");
              assertThat(fault.place()).isEqualTo(new Place("models/m.sql", 3));
            });
    assertThatThrownBy(() -> render("\n{% if x %}\n{% for y in z %}\n"))
        .isInstanceOfSatisfying(
            TemplateException.class,
            fault -> assertThat(fault.place()).isEqualTo(new Place("models/m.sql", 3)));
    assertThatThrownBy(() -> render("\n\n{{ 'open }}"))
        .isInstanceOfSatisfying(
            TemplateException.class,
            fault -> assertThat(fault.place()).isEqualTo(new Place("models/m.sql", 3)));
  }

  @Test
  void aFaultInAMacroNamesItsCaller() {
    assertThatThrownBy(
            () -> render("{% macro inner() %}\n{{ 1 + 'a' }}{% endmacro %}\n\n{{ inner() }}"))
        .isInstanceOfSatisfying(
            TemplateException.class,
            fault -> {
              assertThat(fault.place()).isEqualTo(new Place("models/m.sql", 2));
              assertThat(fault.callers()).containsExactly("macro inner, called at models/m.sql:4");
            });
  }

  @Test
  void templatesThatWouldNeverEndAreStopped() {
    assertThatThrownBy(() -> render("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"))
        .isInstanceOf(TemplateException.class);
    assertThatThrownBy(() -> render("{{ range(1000000000000) }}"))
        .isInstanceOf(TemplateException.class);
  }
}

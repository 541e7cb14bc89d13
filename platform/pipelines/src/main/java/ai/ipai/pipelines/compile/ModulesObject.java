package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.Arguments;
import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.jinja.TemplateFunction;
import ai.ipai.pipelines.jinja.TemplateObject;
import ai.ipai.pipelines.jinja.Undefined;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** {@code modules.datetime} and {@code modules.re}, as far as projects use them. */
record ModulesObject(Instant now) implements TemplateObject {
  @Override
  public Object attribute(String name) {
    return switch (name) {
      case "datetime" ->
          (TemplateObject)
              type ->
                  switch (type) {
                    case "datetime" -> (TemplateObject) this::datetime;
                    case "date" -> (TemplateObject) this::datetime;
                    default -> new Undefined("modules.datetime." + type);
                  };
      case "re" -> (TemplateObject) ModulesObject::regex;
      default -> new Undefined("modules." + name);
    };
  }

  private Object datetime(String method) {
    return switch (method) {
      case "now", "utcnow", "today" -> (TemplateFunction) arguments -> new TimeObject(now);
      case "fromisoformat" -> (TemplateFunction) ModulesObject::parse;
      default -> new Undefined("modules.datetime." + method);
    };
  }

  private static Object parse(Arguments arguments) {
    String text = arguments.text(0, "date_string", "fromisoformat");
    try {
      return new TimeObject(
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC)
              : java.time.LocalDateTime.parse(text.replace(' ', 'T')).atZone(ZoneOffset.UTC));
    } catch (DateTimeParseException wrong) {
      throw new TemplateException("'" + text + "' is no date", wrong);
    }
  }

  private static Object regex(String method) {
    return switch (method) {
      case "match", "search", "fullmatch" ->
          (TemplateFunction)
              arguments -> {
                Matcher matcher = matcher(arguments);
                boolean found =
                    switch (method) {
                      case "match" -> matcher.lookingAt();
                      case "fullmatch" -> matcher.matches();
                      default -> matcher.find();
                    };
                return found ? new Match(matcher) : null;
              };
      case "sub" ->
          (TemplateFunction)
              arguments ->
                  compiled(arguments)
                      .matcher(arguments.text(2, "string", method))
                      .replaceAll(
                          arguments.text(1, "repl", method).replaceAll("\\\\(\\d)", "\\$$1"));
      case "findall" ->
          (TemplateFunction)
              arguments ->
                  new java.util.ArrayList<Object>(
                      matcher(arguments).results().map(found -> (Object) found.group()).toList());
      default -> new Undefined("modules.re." + method);
    };
  }

  private static Pattern compiled(Arguments arguments) {
    try {
      return Pattern.compile(arguments.text(0, "pattern", "re"));
    } catch (PatternSyntaxException wrong) {
      throw new TemplateException("the pattern is not a regular expression", wrong);
    }
  }

  private static Matcher matcher(Arguments arguments) {
    return compiled(arguments).matcher(arguments.text(1, "string", "re"));
  }

  private record Match(Matcher matcher) implements TemplateObject {
    @Override
    public @Nullable Object attribute(String name) {
      return name.equals("group")
          ? (TemplateFunction) arguments -> group(arguments.get(0, "group", 0L))
          : new Undefined("match." + name);
    }

    private @Nullable String group(@Nullable Object index) {
      return matcher.group(index instanceof Number number ? number.intValue() : 0);
    }
  }
}

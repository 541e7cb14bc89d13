package ai.ipai.gateway.rest.sql;

import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * A statement that grows. Three ways in: text that this package wrote, identifiers, which are
 * quoted, and values, which are bound. Expressions of the catalog (types, defaults) are
 * PostgreSQL's own text.
 */
final class Sql {
  private final StringBuilder text = new StringBuilder();
  private final List<Bind> binds = new ArrayList<>();

  /** Text of ours: a constant, never of a request. */
  Sql raw(String constant) {
    text.append(constant);
    return this;
  }

  /** What the catalog holds as SQL: its question marks are operators. */
  Sql catalog(String expression) {
    text.append(escaped(expression));
    return this;
  }

  Sql number(long value) {
    text.append(value);
    return this;
  }

  Sql name(String identifier) {
    int end = identifier.indexOf('\0');
    String whole = end < 0 ? identifier : identifier.substring(0, end);
    text.append('"').append(whole.replace("\"", "\"\"")).append('"');
    return this;
  }

  /** A schema that is empty is left out. */
  Sql name(QualifiedName qualified) {
    if (!qualified.schema().isEmpty()) {
      name(qualified.schema()).raw(".");
    }
    return name(qualified.name());
  }

  Sql value(String value) {
    return bind(new Bind.Text(value));
  }

  Sql bind(Bind bind) {
    binds.add(bind);
    text.append('?');
    return this;
  }

  <T> Sql list(Collection<T> items, String separator, Consumer<T> each) {
    boolean isFirst = true;
    for (T item : items) {
      if (!isFirst) {
        text.append(separator);
      }
      each.accept(item);
      isFirst = false;
    }
    return this;
  }

  Query query() {
    return new Query(text.toString(), binds);
  }

  /** The driver takes {@code ?} for a value and {@code ??} for the operator; not within quotes. */
  private static String escaped(String expression) {
    if (expression.indexOf('?') < 0) {
      return expression;
    }
    StringBuilder escaped = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < expression.length(); i++) {
      char c = expression.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '?') {
        escaped.append('?');
      }
      escaped.append(c);
    }
    return escaped.toString();
  }
}

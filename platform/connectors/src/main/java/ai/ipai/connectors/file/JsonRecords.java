package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON objects, one after the other or in one array. Names of an object become columns; nested
 * values stay JSON. Depth, names and values have limits. The number of a record stands for its
 * line.
 */
final class JsonRecords implements Records {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(200)
                          .maxStringLength(16 << 20)
                          .maxNumberLength(1000)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final JsonParser parser;
  private final List<String> columns = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private boolean begun;
  private long record;

  JsonRecords(InputStream in) {
    parser = JSON.createParser(in);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public @Nullable Object @Nullable [] next() {
    try {
      if (!begins()) {
        return null;
      }
      @Nullable Object[] values = new Object[columns.size()];
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        int position = position(parser.currentName());
        if (position >= values.length) {
          values = Arrays.copyOf(values, columns.size());
        }
        values[position] = value(parser.nextToken());
      }
      return values;
    } catch (JacksonException e) {
      throw broken(e);
    }
  }

  @Override
  public boolean look(TypeGuesses guesses) {
    try {
      if (!begins()) {
        return false;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        TypeGuess guess = guesses.at(position(parser.currentName()));
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_STRING) {
          // Its length is checked too: the value is decoded, though nothing is made of it.
          parser.getStringLength();
          guess.see(ColumnType.TEXT);
        } else {
          guess.see(value(token), false);
        }
      }
      return true;
    } catch (JacksonException e) {
      throw broken(e);
    }
  }

  @Override
  public boolean next(CellSink sink) {
    try {
      if (!begins()) {
        return false;
      }
      for (int nth = 0; parser.nextToken() == JsonToken.PROPERTY_NAME; nth++) {
        give(position(parser.currentName(), nth), parser.nextToken(), sink);
      }
      return true;
    } catch (JacksonException e) {
      throw broken(e);
    }
  }

  private void give(int position, JsonToken token, CellSink sink) {
    if (token == JsonToken.VALUE_STRING) {
      char[] chars = parser.getStringCharacters();
      sink.string(position, chars, parser.getStringOffset(), parser.getStringLength());
    } else if (token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      sink.whole(position, parser.getLongValue());
    } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      char[] chars = parser.getStringCharacters();
      sink.decimal(position, chars, parser.getStringOffset(), parser.getStringLength());
    } else {
      Object value = value(token);
      if (value == null) {
        sink.none(position);
      } else {
        sink.value(position, value);
      }
    }
  }

  /** Records tend to have the same names in the same order. */
  private int position(String name, int nth) {
    return nth < columns.size() && columns.get(nth).equals(name) ? nth : position(name);
  }

  /** Whether there is another record. */
  private boolean begins() {
    JsonToken token = parser.nextToken();
    if (!begun && token == JsonToken.START_ARRAY) {
      token = parser.nextToken();
    }
    begun = true;
    if (token == null || token == JsonToken.END_ARRAY) {
      return false;
    }
    record++;
    if (token != JsonToken.START_OBJECT) {
      throw new BrokenFile("a record that is no object", record);
    }
    return true;
  }

  private int position(String name) {
    Integer known = positions.get(name);
    if (known != null) {
      return known;
    }
    int position = columns.size();
    Records.requireWidth(position + 1, record);
    columns.add(name);
    positions.put(name, position);
    return position;
  }

  private @Nullable Object value(JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> parser.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> whole();
      case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case START_OBJECT, START_ARRAY -> new JsonText(parser.readValueAsTree().toString());
      default -> null;
    };
  }

  private Object whole() {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? parser.getDecimalValue()
        : (Object) parser.getLongValue();
  }

  private BrokenFile broken(JacksonException e) {
    return new BrokenFile(
        "not well-formed JSON", record + 1, e.getCause() == null ? e : e.getCause());
  }

  @Override
  public long line() {
    return record;
  }

  @Override
  public boolean isText() {
    return false;
  }

  @Override
  public void close() {
    parser.close();
  }
}

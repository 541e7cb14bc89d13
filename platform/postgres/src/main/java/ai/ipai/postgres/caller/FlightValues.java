package ai.ipai.postgres.caller;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The values of one statement, as they go over the wire. */
final class FlightValues implements CallerQuery.Values {
  private static final int UNKNOWN = 0;
  private static final int BYTEA = 17;
  private static final int TEXT_ARRAY = 1009;

  private final List<Value> values = new ArrayList<>();

  /** A value, in PostgreSQL's text format unless it is {@code isBinary}. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Value(int type, boolean isBinary, byte[] bytes) {}

  List<Value> all() {
    return values;
  }

  @Override
  public void text(String value) {
    values.add(new Value(UNKNOWN, false, value.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void bytes(byte[] value) {
    values.add(new Value(BYTEA, true, value));
  }

  @Override
  public void texts(List<String> some) {
    StringBuilder array = new StringBuilder("{");
    for (String one : some) {
      array.append(array.length() > 1 ? ",\"" : "\"");
      array.append(one.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    String text = array.append('}').toString();
    values.add(new Value(TEXT_ARRAY, false, text.getBytes(StandardCharsets.UTF_8)));
  }
}

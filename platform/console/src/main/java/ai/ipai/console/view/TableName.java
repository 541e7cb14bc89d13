package ai.ipai.console.view;

/** A table by schema and name. */
public record TableName(String schema, String name) {
  @Override
  public String toString() {
    return schema + "." + name;
  }
}

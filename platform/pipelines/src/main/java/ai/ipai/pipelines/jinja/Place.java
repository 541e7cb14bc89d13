package ai.ipai.pipelines.jinja;

/**
 * A line of a file.
 *
 * @param file relative to the project
 * @param line from 1
 */
public record Place(String file, int line) {
  @Override
  public String toString() {
    return file + ":" + line;
  }
}

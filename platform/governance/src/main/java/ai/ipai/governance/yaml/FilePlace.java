package ai.ipai.governance.yaml;

import java.util.Comparator;
import java.util.Objects;

/**
 * Where something stands in a file that a person wrote.
 *
 * @param file as the person would type it, relative to the workspace, with {@code /}
 * @param line from 1; 0 means the whole file
 * @param column from 1, in code points; 0 means the whole line
 */
public record FilePlace(String file, int line, int column) implements Comparable<FilePlace> {
  private static final Comparator<FilePlace> ORDER =
      Comparator.comparing(FilePlace::file)
          .thenComparingInt(FilePlace::line)
          .thenComparingInt(FilePlace::column);

  public FilePlace {
    Objects.requireNonNull(file);
  }

  /** The file as such: it is missing, unreadable or empty. */
  public static FilePlace whole(String file) {
    return new FilePlace(file, 0, 0);
  }

  @Override
  public int compareTo(FilePlace other) {
    return ORDER.compare(this, other);
  }

  /** {@code file:line:column}, as editors and terminals make it clickable. */
  @Override
  public String toString() {
    if (line == 0) {
      return file;
    }
    return column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
  }
}

package ai.ipai.connectors.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that has a program's folder, says where, and lives until it is killed. */
final class FolderHolder {
  private FolderHolder() {}

  public static void main(String[] args) throws IOException {
    Path folder = SourceFolders.create();
    Files.writeString(folder.resolve("config.json"), "{}");
    System.out.println(folder);
    System.out.flush();
    while (System.in.read() >= 0) {
      // Nobody writes.
    }
  }
}

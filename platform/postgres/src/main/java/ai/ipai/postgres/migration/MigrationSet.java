package ai.ipai.postgres.migration;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The migrations that one release knows, by version.
 *
 * @param migrations ordered, versions unique
 */
public record MigrationSet(List<Migration> migrations) {
  private static final Pattern FILE = Pattern.compile("([0-9]+)_([^/]*)\\.sql");
  private static final String FOLDER = "/supabase/migrations/";

  /** Errors: {@code PG-053} two files of one version. */
  public MigrationSet {
    migrations = migrations.stream().sorted().toList();
    Map<String, String> files = new HashMap<>();
    for (Migration migration : migrations) {
      @Nullable String other = files.put(migration.version(), migration.file());
      if (other != null) {
        throw new IpaiException(
                PostgresErrors.MIGRATION_DUPLICATE,
                "Two migrations have the version " + migration.version() + ".")
            .fact("file", migration.file())
            .fact("other", other)
            .hint("Give one of them a later timestamp.");
      }
    }
  }

  /** The platform's own, as the build put them beside the classes. */
  public static MigrationSet ofPlatform() {
    List<Migration> found = new ArrayList<>();
    for (String file : resource(FOLDER + "index.txt").lines().toList()) {
      if (!file.isBlank()) {
        parse(file.strip(), resource(FOLDER + file.strip()), found);
      }
    }
    return new MigrationSet(found);
  }

  /** Files that are not named like a migration are passed over, as the Supabase CLI does. */
  public static MigrationSet ofFolder(Path folder) {
    List<Migration> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        parse(file.getFileName().toString(), Files.readString(file), found);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return new MigrationSet(found);
  }

  private static void parse(String file, String sql, List<Migration> found) {
    Matcher matcher = FILE.matcher(file);
    if (matcher.matches()) {
      found.add(new Migration(matcher.group(1), matcher.group(2), file, sql));
    }
  }

  private static String resource(String name) {
    try (InputStream stream = MigrationSet.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the build did not put " + name + " beside the classes");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}

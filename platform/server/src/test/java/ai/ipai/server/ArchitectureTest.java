package ai.ipai.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The table of rooms in docs/explanation/architecture.md, and who may touch identity. */
@Tag("REQ-SERVER-012")
class ArchitectureTest {
  /** A room imports itself and these. */
  private static final Map<String, Set<String>> ROOMS =
      Map.of(
          "spi", Set.of(),
          "postgres", Set.of("spi"),
          "governance", Set.of("spi", "postgres"),
          "connectors", Set.of("spi"),
          "ingest", Set.of("spi", "postgres", "governance"),
          "pipelines", Set.of("spi", "postgres", "governance"),
          "gateway", Set.of("spi", "postgres", "governance"),
          "console", Set.of("spi"));

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("ai.ipai");
  }

  @Test
  void everyRoomImportsOnlyWhatStandsBelowIt() {
    assertThat(classes).hasSizeGreaterThan(200);
    for (String room : ROOMS.keySet()) {
      List<String> forbidden = new ArrayList<>();
      for (String other :
          List.of(
              "spi",
              "postgres",
              "governance",
              "connectors",
              "ingest",
              "pipelines",
              "gateway",
              "console",
              "server",
              "testing")) {
        if (!other.equals(room) && !ROOMS.getOrDefault(room, Set.of()).contains(other)) {
          forbidden.add("ai.ipai." + other + "..");
        }
      }
      noClasses()
          .that()
          .resideInAPackage("ai.ipai." + room + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(forbidden.toArray(String[]::new))
          .allowEmptyShould(true)
          .check(classes);
    }
  }

  @Test
  void pagesKnowNeitherHttpNorDatabases() {
    noClasses()
        .that()
        .resideInAPackage("ai.ipai.console..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", "io.vertx..")
        .check(classes);
  }

  /** Whoever serves requests reads caller data through caller transactions, not through a pool. */
  @Test
  void requestsReachDataOnlyThroughCallerTransactions() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "ai.ipai.gateway.read..",
            "ai.ipai.gateway.http..",
            "ai.ipai.gateway.token..",
            "ai.ipai.gateway.auth..",
            "ai.ipai.server.api..",
            "ai.ipai.server.page..",
            "ai.ipai.server.lakehouse..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("ai.ipai.postgres.Database")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("ai.ipai.postgres.PostgresClient")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.sql.DriverManager")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("javax.sql.DataSource")
        .check(classes);
  }

  /** Claims are set in one place; elsewhere the words may be read about, not written. */
  @Test
  void onlyTheCallerRoomSetsRoleAndClaims() throws IOException {
    Pattern identity =
        Pattern.compile(
            "(?i)set\\s+(local\\s+)?request\\.jwt\\.claims|set_config\\('request\\.jwt\\.claims'|set_config\\('role', \\?");
    List<String> offenders = new ArrayList<>();
    Path root = Path.of(System.getProperty("ipai.root", "../.."));
    try (Stream<Path> files = Files.walk(root.resolve("platform"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        String path = file.toString();
        if (path.contains("/src/main/")
            && !path.contains("/postgres/caller/")
            && identity.matcher(Files.readString(file)).find()) {
          offenders.add(path);
        }
      }
    }
    assertThat(offenders).isEmpty();
  }
}

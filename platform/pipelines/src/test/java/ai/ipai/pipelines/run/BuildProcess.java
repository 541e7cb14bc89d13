package ai.ipai.pipelines.run;

import ai.ipai.pipelines.embedding.TextEmbedder;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.login.MasterKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A build in a process of its own, so that a test can kill it. Prints each node that is done. */
final class BuildProcess {
  private BuildProcess() {}

  public static void main(String[] arguments) {
    Path project = Path.of(arguments[0]);
    DatabaseUrl url = DatabaseUrl.parse(Objects.requireNonNull(System.getenv("TEST_URL")));
    MasterKey key = MasterKey.parse(Objects.requireNonNull(System.getenv("TEST_KEY")));
    try (Database database = Database.of(url, key)) {
      TextEmbedder none =
          new TextEmbedder() {
            @Override
            public String name() {
              return "none";
            }

            @Override
            public int dimensions() {
              return 0;
            }

            @Override
            public List<float[]> embed(List<String> texts) {
              throw new IllegalStateException("nothing is embedded here");
            }
          };
      BuildListener listener =
          new BuildListener() {
            @Override
            public void finished(NodeResult result) {
              System.out.println(
                  result.node().name() + " " + result.status() + " " + result.message());
            }
          };
      new PipelineRunner(database, none)
          .build(
              project, BuildOptions.standard(project.resolve("target")).withThreads(1), listener);
    }
  }
}

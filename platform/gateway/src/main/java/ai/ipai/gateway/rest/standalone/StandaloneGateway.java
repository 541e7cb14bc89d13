package ai.ipai.gateway.rest.standalone;

import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.HttpFront;
import ai.ipai.gateway.http.HttpLimits;
import ai.ipai.gateway.http.HttpObserver;
import ai.ipai.gateway.rest.CatalogCache;
import ai.ipai.gateway.rest.CatalogListener;
import ai.ipai.gateway.rest.RestRoutes;
import ai.ipai.gateway.rest.RestService;
import ai.ipai.gateway.rest.catalog.CatalogReader;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.gateway.token.TokenSettings;
import ai.ipai.gateway.token.TokenVerifier;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.UrlPool;
import ai.ipai.spi.error.IpaiException;
import java.net.BindException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The REST interface on any PostgreSQL, without a control plane: a drop-in for PostgREST. */
public final class StandaloneGateway implements AutoCloseable {
  private static final String NAME = "ipai gateway";
  private static final HttpLimits LIMITS =
      new HttpLimits(
          16 * 1024 * 1024,
          64 * 1024,
          64 * 1024,
          2_048,
          256,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(75));

  private final Deque<AutoCloseable> parts;
  private final int port;

  private StandaloneGateway(Deque<AutoCloseable> parts, int port) {
    this.parts = parts;
    this.port = port;
  }

  /**
   * Reads the catalog and listens.
   *
   * @param port 0 for any free one
   */
  public static StandaloneGateway start(PgrstSettings settings, String host, int port)
      throws BindException, InterruptedException {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      return new StandaloneGateway(parts, listen(settings, host, port, parts));
    } catch (BindException | InterruptedException | RuntimeException e) {
      closeAll(parts);
      throw e;
    }
  }

  private static int listen(
      PgrstSettings settings, String host, int port, Deque<AutoCloseable> parts)
      throws BindException, InterruptedException {
    DatabaseUrl url = DatabaseUrl.parse(settings.databaseUrl());
    UrlPool pool =
        new UrlPool(
            url, NAME, settings.poolSize(), Duration.ofSeconds(settings.poolTimeoutSeconds()));
    parts.push(pool);
    CatalogCache catalogs = new CatalogCache(() -> load(pool, settings.rest()));
    catalogs.reload();
    settings
        .channel()
        .ifPresent(
            channel ->
                parts.push(
                    CatalogListener.start(
                        () -> PostgresClient.open(url, NAME), channel, catalogs::reload)));
    HttpFront front =
        new HttpFront(LIMITS, noTokens(), HttpObserver.NONE, StandaloneGateway::translate, "*");
    parts.push(front);
    PgrstTokens tokens = new PgrstTokens(settings, Clock.systemUTC());
    RestService service = new RestService(catalogs, new PlainTransactions(pool));
    BrowserFrame frame =
        new BrowserFrame(settings.browsers().origins(), settings.browsers().traceHeader());
    front.serve(new RestRoutes("", Guard.OWN, service, tokens::caller, frame).routes());
    return front.start(host, port);
  }

  private static CatalogCache.Snapshot load(UrlPool pool, RestSettings settings)
      throws SQLException {
    try (Connection connection = pool.lend()) {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      try (Statement statement = connection.createStatement()) {
        statement.execute("set local search_path = ''");
        return new CatalogCache.Snapshot(
            CatalogReader.read(connection, settings, Set.of()), settings);
      } finally {
        connection.rollback();
      }
    }
  }

  /** The front checks no token here: the interface does. */
  private static TokenVerifier noTokens() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    return new TokenVerifier(
        new TokenSettings(
            List.of(HexFormat.of().formatHex(secret)),
            Optional.empty(),
            List.of(TokenSettings.DEFAULT_ISSUER),
            TokenSettings.DEFAULT_AUDIENCE),
        Clock.systemUTC());
  }

  private static @Nullable IpaiException translate(Throwable failure) {
    return failure instanceof SQLException sql ? PostgresFault.translate(sql) : null;
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    closeAll(parts);
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        org.slf4j.LoggerFactory.getLogger(StandaloneGateway.class)
            .warn("a part did not stop cleanly", e);
      }
    }
  }
}

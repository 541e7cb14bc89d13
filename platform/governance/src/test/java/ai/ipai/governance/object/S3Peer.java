package ai.ipai.governance.object;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** S3Proxy, which checks signatures, in a process of its own, with one bucket. */
public final class S3Peer implements AutoCloseable {
  public static final String BUCKET = "safe";
  public static final String KEY_ID = "test-identity";
  public static final String SECRET = "a-secret-of-the-test";

  private static final Path CLASS_PATH =
      Path.of(
          System.getProperty("ipai.root", "../.."), "platform/governance/target/s3-peer.classpath");

  private final Process process;
  private final URI endpoint;

  private S3Peer(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  public static S3Peer start(Path folder) throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path properties = folder.resolve("s3proxy.properties");
    Files.writeString(
        properties,
        """
        s3proxy.authorization=aws-v4
        s3proxy.endpoint=http://127.0.0.1:%d
        s3proxy.identity=%s
        s3proxy.credential=%s
        jclouds.provider=transient-nio2
        jclouds.identity=none
        jclouds.credential=none
        """
            .formatted(port, KEY_ID, SECRET));
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Duser.language=en",
                "-cp",
                Files.readString(CLASS_PATH),
                "org.gaul.s3proxy.Main",
                "--properties",
                properties.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("s3proxy.log").toFile())
            .start();
    S3Peer peer = new S3Peer(process, URI.create("http://127.0.0.1:" + port));
    try {
      peer.await(folder);
      peer.createBucket();
      return peer;
    } catch (Exception failed) {
      peer.close();
      throw failed;
    }
  }

  private void await(Path folder) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.getPort())) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException notYet) {
        if (System.nanoTime() > deadline || !process.isAlive()) {
          throw new IOException(Files.readString(folder.resolve("s3proxy.log")), notYet);
        }
      }
    }
  }

  private void createBucket() throws Exception {
    URI bucket = URI.create(endpoint + "/" + BUCKET);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(bucket).PUT(HttpRequest.BodyPublishers.noBody());
    new S3Signature(KEY_ID, SECRET, "us-east-1")
        .headers("PUT", bucket, Map.of(), new byte[0], Instant.now())
        .forEach(request::header);
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var answer = client.send(request.build(), BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(answer.statusCode() + " " + answer.body());
      }
    }
  }

  public URI endpoint() {
    return endpoint;
  }

  public S3Objects objects(String prefix) {
    return objects(BUCKET, prefix, SECRET);
  }

  S3Objects objects(String bucket, String prefix, String secret) {
    return new S3Objects(
        URI.create("s3://" + bucket + "/" + prefix),
        Optional.of(endpoint),
        "us-east-1",
        KEY_ID,
        secret,
        Clock.systemUTC());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

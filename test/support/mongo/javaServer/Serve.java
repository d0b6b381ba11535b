import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;

/**
 * A server that speaks MongoDB's wire protocol and keeps its data in memory. It prints the address to
 * connect to, and ends when its standard input does.
 */
public class Serve {
  public static void main(String[] args) throws Exception {
    MongoServer server = new MongoServer(new MemoryBackend());
    System.out.println(server.bindAndGetConnectionString());
    System.out.flush();
    while (System.in.read() >= 0) {}
    System.exit(0);
  }
}

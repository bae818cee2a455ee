import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchEntry;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.ReadOnlyEntry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.util.Arrays;

/** UnboundID's server in memory: SEED.ldif RANGE. Prints its port, then carries out the change records of each file named on standard input. */
public class InMemoryServer {
  static InMemoryDirectoryServer server;

  /** Gives members as Active Directory does: so many at a time, as `member;range=0-1`. */
  static class Ranges extends InMemoryOperationInterceptor {
    private final int size;

    Ranges(int size) {
      this.size = size;
    }

    @Override
    public void processSearchEntry(InMemoryInterceptedSearchEntry found) {
      for (String wanted : found.getRequest().getAttributeList()) {
        if (!wanted.equalsIgnoreCase("member") && !wanted.startsWith("member;range=")) continue;
        try {
          Entry entry = found.getSearchEntry().duplicate();
          String[] all = server.getEntry(entry.getDN()).getAttributeValues("member");
          int start = wanted.contains("=") ? Integer.parseInt(wanted.replaceAll("member;range=(\\d+)-.*", "$1")) : 0;
          if (all == null || start >= all.length || all.length <= size) return;
          int end = Math.min(start + size, all.length);
          entry.removeAttribute("member");
          String last = end == all.length ? "*" : String.valueOf(end - 1);
          entry.addAttribute(new Attribute("member;range=" + start + "-" + last, Arrays.copyOfRange(all, start, end)));
          found.setSearchEntry(new ReadOnlyEntry(entry));
        } catch (Exception error) {
          throw new IllegalStateException(error);
        }
      }
    }
  }

  public static void main(String[] args) throws Exception {
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=example,dc=com");
    config.addAdditionalBindCredentials("cn=reader,dc=example,dc=com", "rpw");
    config.setListenerConfigs(InMemoryListenerConfig.createLDAPConfig("l", InetAddress.getLoopbackAddress(), 0, null));
    int range = Integer.parseInt(args[1]);
    if (range > 0) config.addInMemoryOperationInterceptor(new Ranges(range));
    server = new InMemoryDirectoryServer(config);
    server.importFromLDIF(true, args[0]);
    server.startListening();
    System.out.println(server.getListenPort());
    BufferedReader files = new BufferedReader(new InputStreamReader(System.in));
    for (String file = files.readLine(); file != null; file = files.readLine()) {
      server.applyChangesFromLDIF(file);
      System.out.println("done");
    }
    server.shutDown(true);
  }
}

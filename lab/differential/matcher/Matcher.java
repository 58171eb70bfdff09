import java.io.BufferedReader;
import java.io.InputStreamReader;
import software.amazon.event.ruler.Ruler;

/** Reads pairs of lines, an event pattern and an event, and says for each pair whether they match, or that AWS refuses the pattern. */
public class Matcher {
  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String pattern = in.readLine(); pattern != null; pattern = in.readLine()) {
      String event = in.readLine();
      try {
        System.out.println(Ruler.matchesRule(event, pattern));
      } catch (Exception refusal) {
        System.out.println("refused");
      }
    }
  }
}

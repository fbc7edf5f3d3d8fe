import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Makes the calls on standard input, one a line, of each base URL, and prints what it sees of each. */
public final class Caller {
    public static void main(String[] arguments) throws Exception {
        var version = HttpClient.Version.valueOf(arguments[0]);
        var input = new InputStreamReader(System.in, StandardCharsets.ISO_8859_1);
        var calls = new BufferedReader(input).lines().toList();
        for (var base : Arrays.asList(arguments).subList(1, arguments.length)) {
            var client = HttpClient.newBuilder().version(version).build();
            for (var call : calls) {
                System.out.println(seen(client.send(request(base, call), BodyHandlers.ofByteArray())));
            }
        }
    }

    private static HttpRequest request(String base, String call) {
        var fields = call.split("\t", -1);
        var body = Base64.getDecoder().decode(fields[3]);
        var request = HttpRequest.newBuilder(URI.create(base + fields[1]))
                .method(fields[0], publisher(fields[2], body));
        for (var header : Arrays.asList(fields).subList(4, fields.length)) {
            var pair = header.split(": ");
            request.header(pair[0], pair[1]);
        }
        return request.build();
    }

    private static BodyPublisher publisher(String framing, byte[] body) {
        return switch (framing) {
            case "length" -> BodyPublishers.ofByteArray(body);
            case "chunks" -> BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
            default -> BodyPublishers.noBody();
        };
    }

    private static String seen(HttpResponse<byte[]> response) {
        var fields = new ArrayList<String>(List.of(
                Integer.toString(response.statusCode()),
                Base64.getEncoder().encodeToString(response.body())));
        response.headers().map().forEach(
                (name, values) -> values.forEach(value -> fields.add(name + ": " + value)));
        return String.join("\t", fields);
    }
}

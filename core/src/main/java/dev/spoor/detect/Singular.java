package dev.spoor.detect;

/** The kind of a thing from the plural name of its resource, as the contract names entities. */
public final class Singular {
    private Singular() {}

    /** {@code pods} is {@code pod}; what has no plural ({@code endpoints}) stays. */
    public static String of(String resource) {
        if (resource.equals("endpoints") || resource.length() < 3) {
            return resource;
        }
        if (resource.endsWith("ies")) {
            return resource.substring(0, resource.length() - 3) + "y";
        }
        if (resource.endsWith("sses") || resource.endsWith("xes") || resource.endsWith("ches")) {
            return resource.substring(0, resource.length() - 2);
        }
        return resource.endsWith("s") && !resource.endsWith("ss")
                ? resource.substring(0, resource.length() - 1)
                : resource;
    }
}

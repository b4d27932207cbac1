/** Public keys as TPMs give them out: TPM2B_PUBLIC (TCG TPM 2.0 Library part 2), base64. */
export const tpmKeys = {
  /** The endorsement key that Microsoft's recorded tests use: RSA 2048, standard template. */
  endorsement:
    'AToAAQALAAMAsgAgg3GXZ0SEs/gakMyNRqXXJP1S124GUgtk8qHaGzMUaaoABgCAAEMAEAgAAAAAAAEAibym9HQP9vxCGF5dVc1QQsAGe021aUGJzNol1/gycBx3jFsTpwmWbISRwnFvflWd0w2Mc44FAAZNaJOAAxwZvG8GvyLlHh6fGKdh+mSBL4iLH2bZ4Ry22cB3CJVjXmdGoz9Y/j3/NwLndBxQC+baNvzvyVQZ4/A2YL7vzIIj2ik4y+ve9ir7U0GbNdnxskqK1KFIITVVtkTIYyyFTIR0BySjPrRIDj7r7Mh5uF9HBppGKQCBoVSVV8dI91lNazmSdpGWyqCkO7iM4VvUMv2HT/ym53aYlUrau+Qq87Tu+uQipWYgRdF11KDfcpMHqqzBQQ1NpOJVhrsTrhyJzO7KNw==',
  /** An endorsement key on the curve P-256 (EK Credential Profile, template L-2). */
  endorsementOnCurve:
    'AHoAIwALAAMAsgAgg3GXZ0SEs/gakMyNRqXXJP1S124GUgtk8qHaGzMUaaoABgCAAEMAEAADABAAINz3/KxqC3bXCr0Ysbz0iZ5iAovr7VSDERIziWQiieKwACBFNwfEIbgpaieJHX/XgCqEaNZabxVmhd+caoeXv30zOA==',
  /** A storage root key: RSA 2048, attributes 00030472, no policy. */
  storageRoot:
    'ARoAAQALAAMEcgAAAAYAgABDABAIAAAAAAABAJdplMqqVQwOA5x3MFan9gH8+iQFgkIEojdo++LcT6XQffVNHb873GsEhvBVgneStUpf84ij3uY7OPfeFBg70Rvt37gqdDAfIHaNe58IpuCCtO8SJ531sT1KHj0HIMRKGNiqNDWZZoYM+6nTRVx1kiUPNzUn2UN+ON0DySdXXu7Zg7CF5sUgkzUN7C7bqLlMAULDIC4oE0U1GRvKmBpmqoK1EnestSde3HhBQKazVl6ljDRonbQY9qvfakSHUAwyRoTCT3+WxdvzETFLrA3YLm9CYp9FXFMo6WkzuOM/hXEuyZSHwbNi/JJ++We+dd+I6AiOlZcM4ypSLGH/4w7Dk2s=',
} as const;
